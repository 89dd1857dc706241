package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"veche/server/config"
)

func newConfigCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Look at the settings",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	check := &cobra.Command{
		Use:   "check",
		Short: "Check the settings and print them, with where each comes from",
		Long: `Check the settings and print those in force as a settings file, with where each
comes from: the defaults, the file that --config or VECHE_CONFIG names, the
environment (VECHE_LISTEN, VECHE_LIMITS_SOCKETS, …), the flags of veche serve.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := loadSettings(c)
			if err != nil {
				return err
			}
			for _, name := range s.Unknown {
				fmt.Fprintf(c.ErrOrStderr(), "%s is not a setting and changes nothing\n", name)
			}
			_, err = fmt.Fprint(c.OutOrStdout(), s.TOML())
			return err
		},
	}
	addSettingFlags(check.Flags())
	c.AddCommand(check)
	return c
}

// addSettingFlags adds --config and the flags of single settings.
func addSettingFlags(f *pflag.FlagSet) {
	d := config.Default()
	f.String("config", "", "settings file (TOML); "+config.FileVariable+" where it is not given")
	f.String("data", d.DataDir, "directory of the database and the keys")
	f.String("listen", d.Listen, "address and port to listen on")
	f.String("metrics", d.Metrics, "address and port of a listener of its own for Prometheus, such as 127.0.0.1:9090; none where empty")
	f.String("public-url", d.PublicURL, "address that browsers use, where it is another, such as https://veche.example")
	f.String("store", d.Store, "where the data is kept")
	f.String("bus", d.Bus, "how several nodes tell each other the news: nats://host:port")
	f.String("node", d.Node.Name, "this server's name, where several share one store")
	f.String("peer-listen", d.Node.Listen, "address and port for the other nodes, on a network of theirs")
	f.String("peer-address", d.Node.Address, "where the other nodes reach this one, if not at --peer-listen")
	f.String("peer-secret", d.Node.SecretFile, "file with the secret that all nodes share, such as openssl rand -hex 32 makes")
	f.Bool("demo", d.Demo, "play a made city and print a sign-in link for each role")
	f.String("log-level", d.LogLevel, "debug, info, warn or error")
}

// loadSettings gathers the settings for a verb with addSettingFlags. Wrong
// flags alone are wrong usage.
func loadSettings(c *cobra.Command) (*config.Settings, error) {
	file, err := c.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	if file == "" {
		file = os.Getenv(config.FileVariable)
	}
	given := map[string]string{}
	c.Flags().Visit(func(f *pflag.Flag) {
		if _, ok := config.FlagKey(f.Name); ok {
			given[f.Name] = strings.TrimSpace(f.Value.String())
		}
	})
	s, err := config.Load(config.Sources{File: file, Environ: os.Environ(), Flags: given})
	var problems config.Problems
	if errors.As(err, &problems) && !slices.ContainsFunc(problems, func(p config.Problem) bool { return !strings.HasPrefix(p.Source, "--") }) {
		return nil, usageError{err}
	}
	return s, err
}
