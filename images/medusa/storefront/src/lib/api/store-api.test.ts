import { expect, test, vi } from "vitest";
import { fetchConfig, StoreApi } from "./store-api";
import type { StoreConfig } from "./types";

const config: StoreConfig = {
  title: "Shop",
  publishableKey: "pk_1",
  regionId: "reg_1",
  currencyCode: "usd",
  url: "http://shop.test",
};

function answering(status: number, body: string) {
  return vi.fn(async (_url: string, _init: RequestInit) => new Response(body, { status }));
}

test("every call carries the publishable key", async () => {
  const send = answering(200, '{"products":[],"count":0,"offset":0,"limit":24}');
  await new StoreApi(config, send).products(2);
  expect(send).toHaveBeenCalledOnce();
  const [url, init] = send.mock.calls[0] as [string, RequestInit];
  const { pathname, searchParams } = new URL(url, "http://shop.test");
  expect(pathname).toBe("/store/products");
  expect(searchParams.get("offset")).toBe("24");
  expect(searchParams.get("region_id")).toBe("reg_1");
  expect(init.headers).toMatchObject({ "x-publishable-api-key": "pk_1" });
});

test("ids cannot leave their place in the path", async () => {
  const send = answering(200, '{"order":{}}');
  await new StoreApi(config, send).order("../carts?x=/");
  expect(send.mock.calls[0]?.[0]).toBe("/store/orders/..%2Fcarts%3Fx%3D%2F");
});

test("a product that is not there is missing", async () => {
  const api = new StoreApi(config, answering(200, '{"products":[]}'));
  await expect(api.product("gone")).rejects.toMatchObject({ failure: "missing" });
});

test.each([
  ["no network", () => Promise.reject(new TypeError("Failed to fetch")), "offline"],
  ["no answer in time", () => Promise.reject(new DOMException("", "TimeoutError")), "slow"],
  ["a page of a proxy", async () => new Response("<html>", { status: 502 }), "broken"],
  ["success that is not JSON", async () => new Response("<html>", { status: 200 }), "broken"],
])("%s becomes an error that says so", async (_name, send, failure) => {
  await expect(new StoreApi(config, send).region()).rejects.toMatchObject({ failure });
});

test("the configuration must name the key and the region", async () => {
  await expect(fetchConfig(answering(200, "{}"))).rejects.toMatchObject({ failure: "broken" });
  const read = await fetchConfig(answering(200, '{"publishableKey":"pk","regionId":"reg"}'));
  expect(read.title).toBe("Shop");
});
