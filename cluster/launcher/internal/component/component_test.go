package component

import (
	"strings"
	"testing"

	"storefleet.dev/cluster/launcher/internal/layout"
)

func clusters() []*layout.Cluster {
	ports := map[string]int{}
	for i, name := range []string{"api", "etcd", "etcdPeer", "controllerManager", "scheduler", "kubelet", "kubeletHealth", "proxyHealth", "proxyMetrics", "http", "https", "kwok"} {
		ports[name] = 1000 + i
	}
	return []*layout.Cluster{
		{State: "/state", Bin: "/bin", Profile: layout.Full, Ports: ports},
		{State: "/state", Bin: "/bin", Profile: layout.ControlPlane, Ports: ports},
		{State: "/state", Bin: "/bin", Profile: layout.ControlPlane, Kwok: true, Ports: ports},
	}
}

func TestComponentsWaitOnlyForEarlierOnes(t *testing.T) {
	for _, c := range clusters() {
		earlier := map[string]bool{}
		for _, one := range All(c) {
			for _, other := range one.After {
				if !earlier[other] {
					t.Errorf("%s waits for %s, which is not before it", one.Name, other)
				}
			}
			earlier[one.Name] = true
			if one.Ready == nil || len(one.Args) == 0 {
				t.Errorf("%s is incomplete", one.Name)
			}
		}
	}
}

func TestNoPlaceholderOrMissingPortIsLeft(t *testing.T) {
	for _, c := range clusters() {
		for _, one := range All(c) {
			text := strings.Join(one.Args, "\n")
			for _, file := range one.Files {
				text += file
			}
			for _, mistake := range []string{"${", "%!", "<nil>", "127.0.0.1:0", "secure-port=0"} {
				if strings.Contains(text+"\n", mistake) {
					t.Errorf("%s contains %q:\n%s", one.Name, mistake, text)
				}
			}
		}
	}
}

func TestTheVersionFollowsArgumentsAndFiles(t *testing.T) {
	one := Component{Args: []string{"a", "b"}, Files: map[string]string{"f": "x"}}
	same := Component{Args: []string{"a", "b"}, Files: map[string]string{"f": "x"}}
	if one.Command().Version != same.Command().Version {
		t.Error("differs without a difference")
	}
	for _, other := range []Component{
		{Args: []string{"a", "c"}, Files: one.Files},
		{Args: []string{"ab"}, Files: one.Files},
		{Args: one.Args, Files: map[string]string{"f": "y"}},
		{Args: one.Args},
	} {
		if other.Command().Version == one.Command().Version {
			t.Errorf("%+v looks like %+v", other, one)
		}
	}
}
