// The hour of a request as a clock.

import { clock } from "../format.js";
import { part, word } from "./template.js";

/** How long after the end it is told, in milliseconds: by then the program agrees that the time is over. */
const GRACE = 1000;

/** Counts down in a part of the page until it is stopped; calls back once for each end. */
export class Countdown {
  constructor(root, over) {
    this.root = root;
    this.over = over;
    this.timer = 0;
    this.counts = false;
    this.told = null;
  }

  /** Goes on when it counts to this end already. @param {number} until */
  start(until) {
    if (this.counts && this.until === until) return;
    this.stop();
    this.until = until;
    this.counts = true;
    document.addEventListener("visibilitychange", this);
    this.handleEvent();
  }

  stop() {
    this.counts = false;
    document.removeEventListener("visibilitychange", this);
    clearInterval(this.timer);
  }

  /** While nobody sees the window, nothing ticks. */
  handleEvent() {
    clearInterval(this.timer);
    if (document.hidden) return;
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  tick() {
    const left = this.until - Date.now();
    part(this.root, "clock").textContent = word("time-left", { time: clock(left) });
    part(this.root, "clock-bar").value = Math.max(0, left / 1000);
    if (left > -GRACE) return;
    this.stop();
    // The answer may be that it still goes on, and start this again: once is enough.
    if (this.told === this.until) return;
    this.told = this.until;
    this.over();
  }
}
