/** Keyframe: milliseconds from the start, and CSS declarations. */
export type Keyframe = readonly [at: number, declarations: string];

/** CSS animations of one duration, which start together and repeat for ever. */
export class Motion {
  /** Name of each animation, by its rules. */
  readonly #names = new Map<string, string>();

  /** @param duration Milliseconds. */
  constructor(readonly duration: number) {}

  /**
   * Adds an animation. Equal animations are one.
   *
   * @param timing CSS easing function between two keyframes.
   * @returns the class of the elements to animate
   */
  add(frames: readonly Keyframe[], timing = 'step-end'): string {
    const stops = frames.map(([at, declarations]) => `${this.#percent(at)}{${declarations}}`);
    const rules = `${timing} infinite}@keyframes NAME{${stops.join('')}}`;
    const name = this.#names.get(rules) ?? `m${this.#names.size}`;
    this.#names.set(rules, name);
    return name;
  }

  /** Adds an animation that shows an element from one time to another, by default to the end. */
  show(from: number, until = this.duration): string {
    return this.add([
      [0, `opacity:${from > 0 ? 0 : 1}`],
      [from, 'opacity:1'],
      ...(until < this.duration ? [[until, 'opacity:0'] as const] : []),
    ]);
  }

  /** Returns the rules of all animations, one a line. */
  toString(): string {
    const seconds = Number((this.duration / 1000).toFixed(2));
    return [...this.#names]
      .map(
        ([rules, name]) => `.${name}{animation:${name} ${seconds}s ${rules.replace('NAME', name)}`,
      )
      .join('\n');
  }

  #percent(at: number): string {
    return `${Number(((at / this.duration) * 100).toFixed(2))}%`;
  }
}
