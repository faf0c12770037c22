import lighthouse, { desktopConfig } from "lighthouse";

const categories = ["performance", "accessibility", "best-practices"];

/** Lighthouse of a page in the browser at the port, with its login; `form` is "desktop" or "mobile". */
export async function score(url, port, form) {
  const flags = { port, onlyCategories: categories, disableStorageReset: true, logLevel: "error" };
  const { lhr } = await lighthouse(url, flags, form === "desktop" ? desktopConfig : undefined);
  if (lhr.runtimeError) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
  const whole = (audit) => Math.round(lhr.audits[audit].numericValue);
  const lost = categories.flatMap((category) =>
    lhr.categories[category].auditRefs
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
      .map(({ id }) => `${lhr.audits[id].title}${lhr.audits[id].displayValue ? `: ${lhr.audits[id].displayValue}` : ""}`),
  );
  return {
    scores: Object.fromEntries(categories.map((category) => [category, Math.round(lhr.categories[category].score * 100)])),
    lcp: whole("largest-contentful-paint"),
    tbt: whole("total-blocking-time"),
    cls: Number(lhr.audits["cumulative-layout-shift"].numericValue.toFixed(3)),
    lost,
  };
}
