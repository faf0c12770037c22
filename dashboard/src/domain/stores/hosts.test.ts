import { expect, it } from "vitest";
import { addressAt, hostsOf } from "./hosts";

it("reads host names from a text", () =>
  expect(hostsOf("a.example.com\nB.example.com, a.example.com\n")).toEqual([
    "a.example.com",
    "b.example.com",
  ]));

it("understands host names however they are separated", () => {
  expect(hostsOf(" Shop.example.com,\nb.example.com\n\nshop.example.com ")).toEqual([
    "shop.example.com",
    "b.example.com",
  ]);
});

it.each([
  ["http://demo.localhost/", "http://shop.example.com/"],
  ["https://demo.localhost:8443/", "https://shop.example.com:8443/"],
  [undefined, "http://shop.example.com/"],
])("leads as %s to %s", (url, address) => expect(addressAt("shop.example.com", url)).toBe(address));
