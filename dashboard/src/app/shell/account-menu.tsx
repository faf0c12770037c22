import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBook2, IconLogout } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useLogOut } from "@/features/account/api/session";
import { isApiError } from "@/lib/api/api-error";
import { colorSchemes, useColorScheme } from "@/lib/color-scheme";
import { accountPages } from "../navigation";
import { AccountButton } from "./account-button";

/** What opens below one's name; loaded when it is wanted. */
export function AccountMenu() {
  const [scheme, setScheme] = useColorScheme();
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // Opened by the button that this one replaces; the focus comes back here.
  useEffect(() => {
    button.current?.focus();
    setOpened(true);
  }, []);
  const logOut = useLogOut();
  const leave = () =>
    logOut.mutate(false, {
      onError: (error) =>
        notifications.show({
          color: "red",
          title: "You are still logged in",
          message: isApiError(error) ? `${error.message} ${error.remedy}` : "Try again in a few seconds.",
        }),
    });
  return (
    <Menu
      withInitialFocusPlaceholder={false}
      width="target"
      position="top-start"
      withinPortal={false}
      opened={opened}
      onChange={setOpened}
    >
      <Menu.Target>
        <AccountButton ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup value={scheme} onChange={setScheme}>
          {colorSchemes.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick={false}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        {accountPages.map(({ to, label, icon: Icon }) => (
          <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={16} aria-hidden />}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Item component="a" href="/docs" leftSection={<IconBook2 size={16} aria-hidden />}>
          API reference
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
