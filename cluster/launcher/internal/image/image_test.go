package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// files reads a tar into memory.
func files(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	reader := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found[header.Name], _ = io.ReadAll(reader)
	}
}

func tarOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	if err := addFile(archive, name, 0o644, []byte(text)); err != nil {
		t.Fatal(err)
	}
	archive.Close()
	return buffer.Bytes()
}

func TestAProgramBecomesAnImageThatCanBeRead(t *testing.T) {
	program := filepath.Join(t.TempDir(), "hello")
	if err := os.WriteFile(program, []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := WriteProgram(&archive, "localhost/test/hello:1", program); err != nil {
		t.Fatal(err)
	}
	found := files(t, archive.Bytes())
	var index struct{ Manifests []descriptor }
	if err := json.Unmarshal(found["index.json"], &index); err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	if err := json.Unmarshal(found[blobPath(index.Manifests[0].Digest)], &manifest); err != nil {
		t.Fatal(err)
	}
	for _, part := range append(manifest.Layers, manifest.Config) {
		text := found[blobPath(part.Digest)]
		if describe("", text).Digest != part.Digest || int64(len(text)) != part.Size {
			t.Errorf("%s is not what its digest says", part.Digest)
		}
	}
	if layer := files(t, found[blobPath(manifest.Layers[0].Digest)]); string(layer["hello"]) != "program" {
		t.Errorf("layer %v", layer)
	}

	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	writer.Write(archive.Bytes())
	writer.Close()
	for _, in := range []*bytes.Buffer{&archive, &compressed} {
		var out bytes.Buffer
		references, err := Normalize(&out, in)
		if err != nil || !reflect.DeepEqual(references, []string{"localhost/test/hello:1"}) {
			t.Fatalf("%v %v", references, err)
		}
		if len(files(t, out.Bytes())) != len(found) {
			t.Error("files were lost")
		}
	}
}

func TestFullNamesOfAnOCIArchiveReachContainerd(t *testing.T) {
	for reference, want := range map[string][]string{
		"localhost/storefleet/web:1": {"localhost/storefleet/web:1"},
		"registry.test:5000/a/b:c":   {"registry.test:5000/a/b:c"},
		"latest":                     nil,
		"1.2.3":                      nil,
	} {
		text, names, err := nameImages([]byte(`{"manifests":[{"digest":"sha256:00","annotations":{"` + refAnnotation + `":"` + reference + `"}}]}`))
		if err != nil || !reflect.DeepEqual(names, want) {
			t.Errorf("%s: %v %v", reference, names, err)
		}
		if (len(want) > 0) != strings.Contains(string(text), nameAnnotation) {
			t.Errorf("%s: %s", reference, text)
		}
	}
}

func TestDockerNamesAreCompleted(t *testing.T) {
	names := dockerNames([]byte(`[{"RepoTags":["localhost/a:1","nginx:2","team/web:3","r.test/x:4"]}]`))
	want := []string{"localhost/a:1", "docker.io/library/nginx:2", "docker.io/team/web:3", "r.test/x:4"}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("%v", names)
	}
}

func TestWhatIsNoImageIsRefused(t *testing.T) {
	for what, in := range map[string][]byte{
		"text":       []byte(strings.Repeat("no archive ", 100)),
		"empty":      nil,
		"other tar":  tarOf(t, "readme", "hello"),
		"no name":    tarOf(t, "index.json", `{"manifests":[{"digest":"sha256:00"}]}`),
		"bad index":  tarOf(t, "index.json", `[`),
		"half a zip": {0x1f, 0x8b, 0},
	} {
		if references, err := Normalize(io.Discard, bytes.NewReader(in)); err == nil {
			t.Errorf("%s: %v", what, references)
		}
	}
}
