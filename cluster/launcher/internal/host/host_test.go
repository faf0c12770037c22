package host

import (
	"reflect"
	"strings"
	"testing"
)

func TestCapability(t *testing.T) {
	for status, want := range map[string]bool{
		"Name:\tx\nCapEff:\t000001fffeffffff\n": false,
		"Name:\tx\nCapEff:\t000001ffffffffff\n": true,
		"Name:\tx\n":                            false,
		"CapEff:\tnonsense\n":                   false,
	} {
		if got := hasCapability(status, capabilitySysResource); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}

func TestResolversThatPodsCannotReachAreLeftOut(t *testing.T) {
	text := "# local\nsearch example\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver ::1\nnameserver 2001:db8::1\noptions edns0\n"
	if got, want := reachableResolvers(text), "nameserver 192.0.2.1\nnameserver 2001:db8::1\n"; got != want {
		t.Errorf("%q", got)
	}
}

func TestHierarchies(t *testing.T) {
	roots, unified := parseHierarchies("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\nproc /proc proc rw 0 0\n")
	if !unified || !reflect.DeepEqual(roots, []string{"/sys/fs/cgroup"}) {
		t.Errorf("version 2: %v %v", roots, unified)
	}
	roots, unified = parseHierarchies("tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n")
	if unified || !reflect.DeepEqual(roots, []string{"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/unified"}) {
		t.Errorf("version 1: %v %v", roots, unified)
	}
	if _, unified := parseHierarchies(""); unified {
		t.Error("nothing is mounted")
	}
}

func TestMountsAreFoundDeepestFirst(t *testing.T) {
	mountinfo := `1 0 8:1 / / rw - ext4 /dev/vda rw
2 1 0:1 / /state/kubelet rw - tmpfs tmpfs rw
3 2 0:2 / /state/kubelet/pods/a\040b rw - tmpfs tmpfs rw
4 1 0:3 / /state-of-another/x rw - tmpfs tmpfs rw
`
	want := []string{"/state/kubelet/pods/a b", "/state/kubelet"}
	if got := parseMounts(mountinfo, "/state"); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOnlyPolicyRulesAreRemoved(t *testing.T) {
	rules := `-P INPUT ACCEPT
-N DOCKER
-N KUBE-ROUTER-INPUT
-N KUBE-POD-FW-AAAA
-A INPUT -i eth0 -j DOCKER
-A INPUT -m comment --comment "kube-router netpol - 4IA2" -j KUBE-ROUTER-INPUT
-A INPUT -m comment --comment "explicit accept" -m mark --mark 0x20000/0x20000 -j ACCEPT
-A KUBE-ROUTER-INPUT -s 10.42.0.3/32 -j KUBE-POD-FW-AAAA
`
	want := `*filter
-D INPUT -m comment --comment "kube-router netpol - 4IA2" -j KUBE-ROUTER-INPUT
-D INPUT -m comment --comment "explicit accept" -m mark --mark 0x20000/0x20000 -j ACCEPT
-F KUBE-ROUTER-INPUT
-F KUBE-POD-FW-AAAA
-X KUBE-ROUTER-INPUT
-X KUBE-POD-FW-AAAA
COMMIT
`
	if got := policyRulesRemoval(rules); got != want {
		t.Errorf("%s", got)
	}
	if got := policyRulesRemoval("-P INPUT ACCEPT\n-A INPUT -j DOCKER\n"); got != "" {
		t.Errorf("%s", got)
	}
}

func TestRulesetNamesEveryRange(t *testing.T) {
	if strings.Contains(ruleset, "%!") {
		t.Error(ruleset)
	}
}
