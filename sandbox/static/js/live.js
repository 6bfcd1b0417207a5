// How news reaches the page: one stream of server-sent events, mended by itself when it breaks.

import * as api from "./api.js";

const KINDS = ["message", "edit", "delete", "typing", "draft", "reaction", "pin", "commands", "member", "reload"];
const WAITS = [300, 600, 1200, 2000]; // milliseconds; a restarted demo is back within a few of them

/** Follows one person's events. `onEvent(event)` gets each one; `onLost()` is called when the line
 *  breaks; `onOpen()` at every opening, and loads the state, so that nothing said meanwhile is missed. */
export class Live {
  constructor({ onEvent, onLost, onOpen }) {
    Object.assign(this, { onEvent, onLost, onOpen });
    this.source = null;
    this.turn = 0; // rises with every line, so that what an older one started ends quietly
    this.failures = 0;
  }

  /** Listen as this person from now on. Resolves when the state is loaded, or the first try failed. */
  follow(person) {
    this.stop();
    const { turn } = this;
    this.person = person;
    return new Promise((resolve) => {
      const source = new EventSource(api.events(person));
      this.source = source;
      // The line comes first and the state second: what happens in between arrives twice, never not at all.
      source.onopen = () => this.#opened(turn).finally(resolve);
      const take = (message) => turn === this.turn && this.#arrived(JSON.parse(message.data));
      for (const kind of KINDS) source.addEventListener(kind, take);
      source.onerror = () => {
        if (turn === this.turn) this.#broke();
        resolve();
      };
    });
  }

  stop() {
    this.turn += 1;
    this.waiting = [];
    this.source?.close();
    this.source = null;
    clearTimeout(this.timer);
  }

  async #opened(turn) {
    try {
      await this.onOpen();
    } catch {
      if (turn === this.turn) this.#broke();
      return;
    }
    if (turn !== this.turn) return;
    this.failures = 0;
    const { waiting } = this;
    this.waiting = null;
    waiting.forEach((event) => this.onEvent(event));
  }

  // Until the state is loaded events wait, or it would overwrite what they changed.
  #arrived(event) {
    if (this.waiting) this.waiting.push(event);
    else this.onEvent(event);
  }

  // The browser would go on with its own line and an old number; each line here is a new one.
  #broke() {
    this.stop();
    this.onLost();
    const wait = WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.follow(this.person), wait);
  }
}
