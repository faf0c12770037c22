/** The colour of a token, "--accent", as it is inside of `place` now: canvases cannot resolve light-dark(). */
export function tokenColor(place: HTMLElement, token: string): string {
  // A new element each time: the colour of one that is there would still be on its way to the next.
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
