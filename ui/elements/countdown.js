// The hour of a request as a clock.

import { clock } from "../format.js";
import { part, word } from "./template.js";

/** Counts down in a part of the page until it is stopped; calls back once when the time is over. */
export class Countdown {
  constructor(root, over) {
    this.root = root;
    this.over = over;
    this.timer = 0;
  }

  start(until) {
    this.stop();
    this.until = until;
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
  }

  tick() {
    const left = this.until - Date.now();
    part(this.root, "clock").textContent = word("time-left", { time: clock(left) });
    part(this.root, "clock-bar").value = Math.max(0, left / 1000);
    if (left <= 0) {
      this.stop();
      this.over();
    }
  }
}
