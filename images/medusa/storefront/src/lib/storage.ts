/** The browser's storage of that name, or one for this page view where the browser allows none. */
export function storageNamed(name: "localStorage" | "sessionStorage"): Storage {
  try {
    const storage = window[name];
    storage.setItem("probe", "");
    storage.removeItem("probe");
    return storage;
  } catch {
    return memoryStorage();
  }
}

export function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}
