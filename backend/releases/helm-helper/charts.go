package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

var chartName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Charts hands out the charts below one folder, each read once and again when a file of it changes.
// Safe for concurrent use. A returned chart is shared: callers must not change it.
type Charts struct {
	root   string
	mutex  sync.Mutex
	loaded map[string]loadedChart
}

type loadedChart struct {
	fingerprint string
	chart       *chart.Chart
}

func newCharts(root string) *Charts {
	return &Charts{root: root, loaded: map[string]loadedChart{}}
}

// Get returns the chart in folder name. Errors: InvalidChart.
func (c *Charts) Get(name string) (*chart.Chart, error) {
	if !chartName.MatchString(name) {
		return nil, failedf(codeInvalidChart, "%q is not a chart name", name)
	}
	folder := filepath.Join(c.root, name)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	fingerprint, err := fingerprintOf(folder)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, failedf(codeInvalidChart, "there is no chart %q", name)
		}
		return nil, failed(codeInvalidChart, err)
	}
	if known, ok := c.loaded[name]; ok && known.fingerprint == fingerprint {
		return known.chart, nil
	}
	read, err := loader.LoadDir(folder)
	if err != nil {
		return nil, failed(codeInvalidChart, fmt.Errorf("chart %q: %w", name, err))
	}
	if err := supported(read); err != nil {
		return nil, failed(codeInvalidChart, fmt.Errorf("chart %q: %w", name, err))
	}
	c.loaded[name] = loadedChart{fingerprint, read}
	return read, nil
}

// Names lists the folders that hold a chart.
func (c *Charts) Names() []string {
	files, _ := filepath.Glob(filepath.Join(c.root, "*", "Chart.yaml"))
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	sort.Strings(names)
	return names
}

// supported refuses what a store chart may not have. Subcharts: rendering them changes the chart in
// place, which rules out sharing it, and no store needs them. CRDs: stores are namespaced.
func supported(read *chart.Chart) error {
	if err := read.Validate(); err != nil {
		return err
	}
	if len(read.Dependencies()) > 0 || len(read.Metadata.Dependencies) > 0 {
		return errors.New("subcharts are not supported in a store chart")
	}
	if len(read.CRDObjects()) > 0 {
		return errors.New("a store chart must not contain CRDs")
	}
	return nil
}

// fingerprintOf changes whenever a file below folder is added, removed or written.
func fingerprintOf(folder string) (string, error) {
	var marks strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		// Stat, not entry.Info: a chart mounted from a ConfigMap consists of links.
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&marks, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	return marks.String(), err
}
