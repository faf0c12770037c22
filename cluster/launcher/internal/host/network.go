package host

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"storefleet.dev/cluster/launcher/internal/layout"
)

const ownTable = "storefleet-cluster"

// ruleset lets pods reach the outside under the machine's address and keeps the outside from
// reaching pods, Services and the node's address, even where the machine forwards packets.
var ruleset = fmt.Sprintf(`
table inet %[1]s {}
delete table inet %[1]s
table inet %[1]s {
	chain postrouting {
		type nat hook postrouting priority srcnat;
		ip saddr %[2]s ip daddr != { %[2]s, %[4]s } masquerade
	}
	chain input {
		type filter hook input priority -10;
		iifname "lo" accept
		ip daddr %[4]s ip saddr != { %[2]s, %[4]s } drop
	}
	chain forward {
		type filter hook forward priority -10;
		ct state established,related accept
		ip daddr { %[2]s, %[3]s } ip saddr != { %[2]s, %[4]s } drop
	}
}
`, ownTable, layout.PodRange, layout.ServiceRange, layout.NodeAddress)

// SetUpNetwork makes the node's device with its address, routes and rules. The device is a bridge
// without ports, since not every kernel has dummy devices. The Service range is routed to it so that
// a Service that nothing answers for ends there and not at the default gateway; so is the pod range.
func SetUpNetwork() error {
	_, err := os.Stat("/sys/class/net/" + layout.NodeDevice)
	if errors.Is(err, os.ErrNotExist) {
		if err := checkRangesAreFree(); err != nil {
			return err
		}
		if _, err := output("ip", "link", "add", layout.NodeDevice, "type", "bridge"); err != nil {
			return err
		}
	}
	for _, args := range []string{
		"address replace " + layout.NodeAddress + "/32 dev " + layout.NodeDevice,
		"link set " + layout.NodeDevice + " up",
		"route replace " + layout.ServiceRange + " dev " + layout.NodeDevice + " src " + layout.NodeAddress,
		"route replace unreachable " + layout.PodRange,
	} {
		if _, err := output("ip", strings.Fields(args)...); err != nil {
			return err
		}
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return err
	}
	_, err = outputWithInput(ruleset, "nft", "-f", "-")
	return err
}

// checkRangesAreFree refuses to take over addresses that the machine already routes somewhere.
func checkRangesAreFree() error {
	routes, err := output("ip", "-4", "route", "show", "table", "main")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(routes, "\n") {
		if strings.HasPrefix(line, "unreachable "+layout.PodRange) {
			continue
		}
		for _, ours := range []string{"10.41.0.", "10.42.", "10.43."} {
			if strings.Contains(" "+line, " "+ours) {
				return fmt.Errorf("this machine already routes addresses that the cluster needs: %s", line)
			}
		}
	}
	return nil
}

// tearDownNetwork undoes SetUpNetwork and what pods, kube-proxy and kube-router left.
func tearDownNetwork(before *Before) error {
	_, _ = output("ip", "route", "delete", "unreachable", layout.PodRange)
	if _, err := os.Stat("/sys/class/net/" + layout.NodeDevice); err == nil {
		if _, err := output("ip", "link", "delete", layout.NodeDevice); err != nil {
			return err
		}
	}
	removePodDevices()
	removePolicyRules()
	removePolicySets()
	existed := map[string]bool{}
	if before != nil {
		for _, table := range before.Tables {
			existed[table] = true
		}
	}
	for _, table := range tables() {
		_, name, _ := strings.Cut(table, " ")
		ours := name == ownTable || name == "kube-proxy"
		if ours || before != nil && !existed[table] && tableIsEmpty(table) {
			if _, err := output("nft", append([]string{"delete", "table"}, strings.Fields(table)...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// removePodDevices deletes the machine's ends of pod networks that outlived their pod.
func removePodDevices() {
	routes, _ := output("ip", "-4", "route", "show")
	for _, line := range strings.Split(routes, "\n") {
		fields := strings.Fields(line)
		for i, field := range fields {
			if field == "dev" && i+1 < len(fields) && strings.HasPrefix(line, "10.42.") && strings.HasPrefix(fields[i+1], "veth") {
				_, _ = output("ip", "link", "delete", fields[i+1])
			}
		}
	}
}

// policyMark is what kube-router puts on packets that its policies admit; it accepts them at the end
// of the built-in chains.
const policyMark = "0x20000/0x20000"

// removePolicyRules deletes kube-router's chains and the jumps to them.
func removePolicyRules() {
	rules, err := output("iptables", "-S")
	if err != nil {
		return
	}
	if batch := policyRulesRemoval(rules); batch != "" {
		_, _ = outputWithInput(batch, "iptables-restore", "--noflush")
	}
}

// policyRulesRemoval turns the output of "iptables -S" into input for iptables-restore.
func policyRulesRemoval(rules string) string {
	isOurs := func(chain string) bool {
		for _, prefix := range []string{"KUBE-ROUTER-", "KUBE-POD-FW-", "KUBE-NWPLCY-"} {
			if strings.HasPrefix(chain, prefix) {
				return true
			}
		}
		return false
	}
	var jumps, flushes, deletions []string
	for _, line := range strings.Split(rules, "\n") {
		fields := strings.Fields(line)
		switch {
		case len(fields) >= 2 && fields[0] == "-N" && isOurs(fields[1]):
			flushes = append(flushes, "-F "+fields[1])
			deletions = append(deletions, "-X "+fields[1])
		case len(fields) >= 4 && fields[0] == "-A" && !isOurs(fields[1]):
			for i, field := range fields[:len(fields)-1] {
				if (field == "-j" || field == "-g") && isOurs(fields[i+1]) || field == "--mark" && fields[i+1] == policyMark {
					jumps = append(jumps, "-D"+strings.TrimPrefix(line, "-A"))
				}
			}
		}
	}
	if len(jumps)+len(flushes) == 0 {
		return ""
	}
	lines := append(append(append([]string{"*filter"}, jumps...), flushes...), deletions...)
	return strings.Join(append(lines, "COMMIT", ""), "\n")
}

// removePolicySets deletes kube-router's sets of addresses, which can only go after the rules.
func removePolicySets() {
	names, _ := output("ipset", "list", "-n")
	for _, name := range strings.Fields(names) {
		plain := strings.TrimPrefix(name, "inet6:")
		if strings.HasPrefix(plain, "KUBE-SRC-") || strings.HasPrefix(plain, "KUBE-DST-") || strings.HasPrefix(plain, "kube-router-") {
			_, _ = output("ipset", "destroy", name)
		}
	}
}

// tables lists the packet filter's tables as "family name".
func tables() []string {
	text, _ := output("nft", "list", "tables")
	var found []string
	for _, line := range strings.Split(text, "\n") {
		if table, ok := strings.CutPrefix(line, "table "); ok {
			found = append(found, table)
		}
	}
	return found
}

// tableIsEmpty says whether a table has no rules and no chains of its own.
func tableIsEmpty(table string) bool {
	text, err := output("nft", append([]string{"list", "table"}, strings.Fields(table)...)...)
	if err != nil {
		return false
	}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "", line == "}", strings.HasPrefix(line, "#"), strings.HasPrefix(line, "table "),
			strings.HasPrefix(line, "chain "), strings.HasPrefix(line, "type "):
		default:
			return false
		}
	}
	return true
}
