/** 1536 → "1.5 KiB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, "")} ${units[unit]}`;
}

/** 0.0042 → "4 m": thousandths of a core, as Kubernetes has it. */
export function formatCores(cores: number): string {
  return cores < 1
    ? `${Math.round(cores * 1000)} m`
    : `${cores.toFixed(2).replace(/\.?0+$/, "")} ${cores === 1 ? "core" : "cores"}`;
}

/** A quota's value in the unit that its resource has. */
export function formatResource(resource: string, value: number): string {
  if (/memory|storage/.test(resource)) return formatBytes(value);
  return /cpu/.test(resource) ? formatCores(value) : value.toLocaleString();
}
