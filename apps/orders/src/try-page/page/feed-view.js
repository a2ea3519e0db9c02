/** Number of events that a feed shows. */
const MOST_EVENTS = 20;

/** Section of the page that shows a feed: its state, its events, and a button that connects again. */
export class FeedView {
  #section;

  constructor(id, connect) {
    this.#section = document.getElementById(id);
    this.#part('.connect').addEventListener('click', connect);
  }

  /** @param state `connecting`, `open` or `closed` */
  show(state, text) {
    const element = this.#part('.state');
    element.dataset.state = state;
    element.textContent = text;
    this.#part('.connect').disabled = state !== 'closed';
  }

  add(event, data) {
    const item = document.createElement('li');
    const name = document.createElement('strong');
    name.textContent = event;
    item.append(name, ` ${typeof data === 'string' ? data : JSON.stringify(data)}`);
    const list = this.#part('.events');
    list.prepend(item);
    list.children[MOST_EVENTS]?.remove();
  }

  #part(selector) {
    return this.#section.querySelector(selector);
  }
}
