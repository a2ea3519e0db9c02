import scriptUrl from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';

/** Part of Mermaid's API that the site uses: https://mermaid.js.org/config/usage.html */
export interface Mermaid {
  initialize(options: Readonly<Record<string, unknown>>): void;
  render(id: string, source: string): Promise<{ svg: string }>;
}

declare global {
  // Only `var` declares a property of `globalThis`.
  var mermaid: Mermaid | undefined;
}

let loading: Promise<Mermaid> | undefined;

/** Loads Mermaid once, with the first diagram that is shown: its script is larger than the rest of the site. */
export function loadMermaid(): Promise<Mermaid> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = scriptUrl;
    script.addEventListener('load', () => {
      if (globalThis.mermaid) resolve(globalThis.mermaid);
      else
        reject(
          new Error(`${scriptUrl} defines no Mermaid. Check the version of @mermaid-js/tiny.`),
        );
    });
    script.addEventListener('error', () => {
      reject(new Error(`Diagrams cannot be drawn: ${scriptUrl} did not load.`));
    });
    document.head.append(script);
  });
  return loading;
}
