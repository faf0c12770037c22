import { type MantineColorScheme, Menu, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { IconBook2, IconChevronUp, IconLogout } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, unwrap } from "@/lib/api/client";
import { useMe } from "@/lib/session/me";
import { accountPages } from "../navigation";
import classes from "./account-menu.module.css";

const schemes: { value: MantineColorScheme; label: string }[] = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

export function AccountMenu() {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const logOut = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/auth/logout", {})),
    // A fresh page keeps nothing of this person.
    onSettled: () => location.assign("/"),
  });
  return (
    <Menu width="target" position="top-start">
      <Menu.Target>
        <button type="button" className={classes.account}>
          <span className={classes.picture} aria-hidden>
            {me.name.slice(0, 2).toUpperCase()}
          </span>
          <span className={classes.who}>
            <span className={classes.name}>{me.name}</span>
            <span className={classes.role}>
              {me.role === "admin" ? "Platform admin" : describeTeams(me.teams)}
            </span>
          </span>
          <IconChevronUp size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          data={schemes}
          value={colorScheme}
          onChange={(value) =>
            setColorScheme(schemes.find((scheme) => scheme.value === value)?.value ?? "auto")
          }
          aria-label="Appearance"
        />
        <Menu.Divider />
        {accountPages.map(({ to, label, icon: Icon }) => (
          <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={16} aria-hidden />}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Item component="a" href="/docs" leftSection={<IconBook2 size={16} aria-hidden />}>
          API reference
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => logOut.mutate()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function describeTeams(teams: ReadonlyArray<{ team: string; role: string }>): string {
  const [first] = teams;
  if (!first) return "In no team";
  return teams.length === 1 ? `${first.role} of ${first.team}` : `In ${teams.length} teams`;
}
