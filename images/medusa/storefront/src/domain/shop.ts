import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { StoreApi } from "../lib/api/store-api";
import type { StoreConfig } from "../lib/api/types";
import type { Observable } from "../lib/observable";
import type { CartStore } from "./cart-store";
import type { Draft } from "./draft";
import type { Navigation } from "./navigation";

/** What every page works with; made once, in main.tsx. */
export interface Shop {
  config: StoreConfig;
  api: StoreApi;
  carts: CartStore;
  draft: Draft;
  navigation: Navigation;
  /** What screen readers say next. */
  announcement: Observable<string>;
}

export const ShopContext = createContext<Shop | undefined>(undefined);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("outside of the shop");
  return shop;
}
