import { loadMermaid } from './mermaid';

/** Smallest scale of a picture in a narrow window, in which its text can be read; the rest is scrolled to. */
const SMALLEST_SCALE = 0.6;

/** Diagrams drawn so far, for ids that are unique in the page. */
let drawn = 0;

/** Only one diagram is drawn at a time: the colours are settings of the whole of Mermaid. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws the Mermaid source in its content, in the colours of the page's mode. The picture is in a shadow
 * root: the content stays as the server has rendered it.
 */
class MermaidDiagram extends HTMLElement {
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #modes = new MutationObserver(() => {
    this.#draw();
  });

  connectedCallback(): void {
    this.#modes.observe(document.documentElement, { attributeFilter: ['class'] });
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#modes.disconnect();
  }

  #draw(): void {
    queue = queue.then(() => this.#drawNow()).catch(console.error);
  }

  async #drawNow(): Promise<void> {
    if (!this.isConnected) return;
    const isDark = document.documentElement.classList.contains('dark');
    const mermaid = await loadMermaid();
    mermaid.initialize({
      startOnLoad: false,
      theme: isDark ? 'dark' : 'default',
      // The dark theme's own background of edge labels has too little contrast (WCAG 2.2, 1.4.3).
      themeVariables: isDark ? { edgeLabelBackground: '#3a3a3a' } : {},
      fontFamily: getComputedStyle(this).fontFamily,
      // The text column is narrow: participants stand close to each other.
      sequence: {
        actorMargin: 24,
        width: 96,
        height: 44,
        mirrorActors: false,
        // Room for the number of the last message.
        diagramMarginY: 20,
      },
    });
    drawn += 1;
    const { svg } = await mermaid.render(`mermaid-diagram-${drawn}`, this.textContent);
    this.#root.innerHTML = svg;
    const picture = this.#root.querySelector('svg');
    if (picture === null) throw new Error(`Mermaid has drawn nothing from: ${this.textContent}`);
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', this.getAttribute('label') ?? 'Diagram');
    picture.style.minWidth = `${Math.round(picture.viewBox.baseVal.width * SMALLEST_SCALE)}px`;
    this.toggleAttribute('drawn', true);
  }
}

customElements.define('mermaid-diagram', MermaidDiagram);
