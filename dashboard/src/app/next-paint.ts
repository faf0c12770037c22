/**
 * Lets the browser draw what was pressed: a whole page takes longer to render than a frame. Without frames, as in a
 * tab in the background, it waits no longer than a tenth of a second.
 */
export function nextPaint(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}
