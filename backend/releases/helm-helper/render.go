package main

import (
	"context"
	"fmt"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"helm.sh/helm/v4/pkg/chart/common"
	chartutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// Rendered is a chart with its values filled in.
type Rendered struct {
	Manifest string          // as `helm get manifest` prints it
	Notes    string          // NOTES.txt
	Tests    []*release.Hook // objects of `helm test`; nothing else may be a hook
	Objects  []Object        // what Manifest describes, in Helm's install order
}

// render fills in the chart. It does not speak to the cluster: `lookup` finds nothing, by intent, so
// that the same values always give the same objects. Errors: InvalidChart, InvalidValues.
func render(ctx context.Context, from *chart.Chart, values map[string]any, options common.ReleaseOptions,
	capabilities *common.Capabilities) (*Rendered, error) {
	if wanted := from.Metadata.KubeVersion; wanted != "" &&
		!util.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, failedf(codeInvalidChart, "chart needs Kubernetes %s, the cluster has %s", wanted,
			capabilities.KubeVersion.Version)
	}
	complete, err := chartutil.ToRenderValues(from, values, options, capabilities)
	if err != nil {
		return nil, failed(codeInvalidValues, err)
	}
	files, err := engine.Engine{}.RenderWithContext(ctx, from, complete)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// The engine words what `fail` and `required` say like this, and only that.
		if strings.HasPrefix(err.Error(), "execution error at (") {
			return nil, failed(codeInvalidValues, err)
		}
		return nil, failed(codeInvalidChart, err)
	}

	rendered := &Rendered{}
	for name, content := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			if name == path.Join(from.Name(), "templates", "NOTES.txt") {
				rendered.Notes = content
			}
			delete(files, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, failed(codeInvalidChart, err)
	}
	for _, hook := range hooks {
		for _, event := range hook.Events {
			if event != release.HookTest {
				return nil, failedf(codeInvalidChart, "%s: only test hooks are supported, not %s", hook.Path, event)
			}
		}
	}
	rendered.Tests = hooks

	var manifest strings.Builder
	for _, part := range manifests {
		fmt.Fprintf(&manifest, "---\n# Source: %s\n%s\n", part.Name, part.Content)
	}
	rendered.Manifest = manifest.String()
	if rendered.Objects, err = parseObjects(manifests, options.Name, options.Namespace); err != nil {
		return nil, err
	}
	return rendered, nil
}

// objectsOf reads the objects of a recorded release in the given order.
func objectsOf(recorded *release.Release, order releaseutil.KindSortOrder) ([]Object, error) {
	_, manifests, err := releaseutil.SortManifests(releaseutil.SplitManifests(recorded.Manifest), nil, order)
	if err != nil {
		return nil, failed(codeInternal, fmt.Errorf("record of revision %d: %w", recorded.Version, err))
	}
	return parseObjects(manifests, recorded.Name, recorded.Namespace)
}

// parseObjects turns manifests into objects of one namespace that carry Helm's marks of ownership.
func parseObjects(manifests []releaseutil.Manifest, releaseName, namespace string) ([]Object, error) {
	objects := make([]Object, 0, len(manifests))
	seen := map[string]bool{}
	for _, manifest := range manifests {
		content := map[string]any{}
		if err := yaml.Unmarshal([]byte(manifest.Content), &content); err != nil {
			return nil, failed(codeInvalidChart, fmt.Errorf("%s: %w", manifest.Name, err))
		}
		if len(content) == 0 {
			continue // only comments
		}
		item := unstructured.Unstructured{Object: content}
		if item.GetKind() == "" || item.GetAPIVersion() == "" || item.GetName() == "" {
			return nil, failedf(codeInvalidChart, "%s: apiVersion, kind and metadata.name are required", manifest.Name)
		}
		if own := item.GetNamespace(); own != "" && own != namespace {
			return nil, failedf(codeInvalidChart, "%s: %s %q names another namespace", manifest.Name,
				item.GetKind(), item.GetName())
		}
		if templates, _, _ := unstructured.NestedSlice(content, "spec", "volumeClaimTemplates"); len(templates) > 0 {
			// Kubernetes would make an empty claim in the place of one that somebody deleted.
			return nil, failedf(codeInvalidChart, "%s: volume claims are objects of their own here, not templates of %s %q",
				manifest.Name, item.GetKind(), item.GetName())
		}
		item.SetNamespace(namespace)
		item.SetLabels(with(item.GetLabels(), "app.kubernetes.io/managed-by", "Helm"))
		item.SetAnnotations(with(with(item.GetAnnotations(),
			"meta.helm.sh/release-name", releaseName), "meta.helm.sh/release-namespace", namespace))
		object := Object{item}
		if seen[object.Key()] {
			return nil, failedf(codeInvalidChart, "%s: %s is there twice", manifest.Name, object.Key())
		}
		seen[object.Key()] = true
		objects = append(objects, object)
	}
	return objects, nil
}

func with(marks map[string]string, key, value string) map[string]string {
	if marks == nil {
		marks = map[string]string{}
	}
	marks[key] = value
	return marks
}
