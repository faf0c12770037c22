// Command cluster-launcher runs a real single-node Kubernetes on this machine; see ../README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"storefleet.dev/cluster/launcher/internal/addon"
	"storefleet.dev/cluster/launcher/internal/image"
	"storefleet.dev/cluster/launcher/internal/layout"
	"storefleet.dev/cluster/launcher/internal/supervisor"
)

const usage = `A real single-node Kubernetes on this machine.

  cluster up                     start, or do nothing if it runs; keeps earlier data
  cluster down                   stop and undo everything on the machine; keeps data
  cluster reset                  down, and delete all data
  cluster status [-o json]       what runs, where, and on which ports
  cluster load-image FILE...     make the images of docker or OCI archives available to pods
  cluster build-image PROGRAM REFERENCE FILE   write an archive with an image of one static program
  cluster kubeconfig             print the path of the administrator's kubeconfig
  cluster build [MODULE...]      only build
  cluster bin-dir                print the folder that holds every binary, kubectl and helm included

  --state DIR                    state folder (default ` + layout.DefaultState + `)
  --profile control-plane        for "up": only an API server with controllers on random ports, for
                                 tests; needs no root and --state, runs beside any other cluster
  --kwok                         for that profile: simulated nodes, scheduler and volumes
`

var started = time.Now()

// say is one line of progress.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "[%5.1fs] %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, args...))
}

// options are the flags; they may stand before or after the command.
type options struct {
	state, bin, output string
	profile            string
	kwok               bool
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "[%5.1fs] error: %v\n", time.Since(started).Seconds(), err)
		os.Exit(1)
	}
}

func run(args []string) error {
	options, words, err := parse(args)
	if err != nil || len(words) == 0 || words[0] == "help" {
		fmt.Fprint(os.Stderr, usage)
		return err
	}
	command, rest := words[0], words[1:]
	switch command {
	case "up":
		return up(options)
	case "down":
		return down(options, keepData)
	case "reset":
		return down(options, deleteData)
	case "status":
		return printStatus(options)
	case "kubeconfig":
		c, err := layout.Load(options.state)
		if err != nil {
			return notThere(options, err)
		}
		fmt.Println(c.Kubeconfig())
		return nil
	case "load-image":
		return loadImages(options, rest)
	case "build-image":
		return buildImage(rest)
	case "supervise", "guard":
		c, err := layout.Load(options.state)
		if err != nil {
			return err
		}
		if command == "guard" {
			return supervisor.Guard(c)
		}
		return supervisor.Run(c)
	case "forward":
		return forward(rest)
	default:
		fmt.Fprint(os.Stderr, usage)
		return fmt.Errorf("there is no command %q", command)
	}
}

func parse(args []string) (options, []string, error) {
	parsed := options{}
	flags := flag.NewFlagSet("cluster", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&parsed.state, "state", layout.DefaultState, "")
	flags.StringVar(&parsed.bin, "bin", "", "")
	flags.StringVar(&parsed.output, "o", "text", "")
	flags.StringVar(&parsed.profile, "profile", "", "")
	flags.BoolVar(&parsed.kwok, "kwok", false, "")
	var words []string
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return parsed, []string{"help"}, nil
			}
			return parsed, nil, err
		}
		if args = flags.Args(); len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	absolute, err := filepath.Abs(parsed.state)
	parsed.state = absolute
	return parsed, words, err
}

func notThere(o options, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no cluster in %s; start one with: cluster up", o.state)
	}
	return err
}

func loadImages(o options, files []string) error {
	c, err := layout.Load(o.state)
	if err != nil {
		return notThere(o, err)
	}
	if len(files) == 0 {
		return errors.New("load-image needs a FILE")
	}
	for _, file := range files {
		references, err := addon.LoadArchive(c, file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, reference := range references {
			fmt.Println(reference)
		}
	}
	return nil
}

func buildImage(args []string) error {
	if len(args) != 3 {
		return errors.New("build-image needs PROGRAM REFERENCE FILE")
	}
	file, err := os.Create(args[2])
	if err != nil {
		return err
	}
	return errors.Join(image.WriteProgram(file, args[1], args[0]), file.Close())
}
