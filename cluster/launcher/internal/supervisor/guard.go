package supervisor

import (
	"errors"
	"os"
	"time"

	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/process"
)

func stoppingFile(c *layout.Cluster) string { return c.Path("run", "stopping") }

// Allow lets supervisors run; Forbid keeps the guard from starting one.
func Allow(c *layout.Cluster) error {
	if err := os.Remove(stoppingFile(c)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Forbid is undone by Allow.
func Forbid(c *layout.Cluster) error {
	return layout.WriteFile(stoppingFile(c), nil, 0o600)
}

// Guard starts the supervisor whenever there is none.
func Guard(c *layout.Cluster) error {
	for {
		if running, _ := process.Find(c, name); running != nil {
			running.Wait(-1)
			running.Close()
		}
		if _, err := os.Stat(stoppingFile(c)); err == nil {
			return nil
		}
		if _, err := layout.Load(c.State); err != nil {
			return err
		}
		report(name, errors.New("ended"))
		time.Sleep(minPause)
		report(name, Start(c))
	}
}

// Stop ends the guard and the supervisor, in this order; the components go on.
func Stop(c *layout.Cluster) error {
	if err := Forbid(c); err != nil {
		return err
	}
	for _, component := range []string{"guard", name} {
		if running, _ := process.Find(c, component); running != nil {
			running.Stop(0)
			running.Close()
		}
	}
	return nil
}
