// Whoever goes on with the keyboard sees where they are, although it began with the mouse: browsers show no ring where a script takes the focus on.

/** What changes what another key or a click does, and moves nothing. */
const HELD = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"];

/** Shows the ring from the first key on until the next click, see style.css. */
export function followKeys() {
  const { classList } = document.documentElement;
  addEventListener("keydown", ({ key }) => HELD.includes(key) || classList.add("by-keys"), true);
  addEventListener("pointerdown", () => classList.remove("by-keys"), true);
}
