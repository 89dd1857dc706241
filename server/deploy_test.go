package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"veche/server/config"
)

const deployment = "../scripts/deploy"

func deployed(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(deployment, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// alertsAreOver fails where an alert is over a metric that is not among the
// scraped: it would never come.
func alertsAreOver(t *testing.T, scraped map[string]float64) {
	t.Helper()
	told := map[string]bool{}
	for name := range scraped {
		name, _, _ = strings.Cut(name, "{")
		told[name] = true
	}
	v, err := readYAML(deployed(t, "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, g := range v.(map[string]any)["groups"].([]any) {
		for _, r := range g.(map[string]any)["rules"].([]any) {
			r := r.(map[string]any)
			rules++
			names := regexp.MustCompile(`veche_[a-z_]+`).FindAllString(r["expr"].(string), -1)
			if len(names) == 0 && !strings.Contains(r["expr"].(string), "up{") {
				t.Errorf("%v is over no metric", r["alert"])
			}
			for _, name := range names {
				if !told[name] {
					t.Errorf("%v is over %s, which the server does not tell", r["alert"], name)
				}
			}
			notes, _ := r["annotations"].(map[string]any)
			if notes["summary"] == nil || notes["action"] == nil {
				t.Errorf("%v does not say what it is and what to do", r["alert"])
			}
		}
	}
	if rules < 5 {
		t.Errorf("%d rules", rules)
	}
}

// The settings that the files for containers and systemd give are settings, and
// the paths that they copy and run are there.
func TestDeployment(t *testing.T) {
	v, err := readYAML(deployed(t, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, unit := deployed(t, "Dockerfile"), deployed(t, "veche.service")
	service := v.(map[string]any)["services"].(map[string]any)["veche"].(map[string]any)
	var environ []string
	for name, value := range service["environment"].(map[string]any) {
		environ = append(environ, name+"="+value.(string))
	}
	environ = append(environ, regexp.MustCompile(`VECHE_\w+=\S+`).FindAllString(dockerfile, -1)...)
	if len(environ) < 6 {
		t.Errorf("the files set %q", environ)
	}
	s, err := config.Load(config.Sources{Environ: environ})
	if err != nil || len(s.Unknown) > 0 {
		t.Errorf("the containers' settings: %v, unknown %q", err, s.Unknown)
	}
	built := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`).FindAllStringSubmatch(dockerfile, -1) {
		for name := range strings.FieldsSeq(m[1]) {
			if _, err := os.Stat(filepath.Join("..", name)); err != nil {
				t.Errorf("the Dockerfile copies what is not there: %v", err)
			}
			built[name] = true
		}
	}
	if len(built) < 4 {
		t.Errorf("the Dockerfile copies %v", built)
	}
	if i, err := os.Stat("../scripts/solver/install"); err != nil || i.Mode()&0o111 == 0 {
		t.Errorf("the Dockerfile runs scripts/solver/install: %v", err)
	}
	for _, want := range []string{"NoNewPrivileges=yes", "ProtectSystem=strict", "LimitNOFILE=", "ExecStart=/usr/local/bin/veche serve "} {
		if !strings.Contains(unit, want) {
			t.Errorf("the unit has no %s", want)
		}
	}
	if path, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Log("the unit is not verified further: this machine has no systemd-analyze")
	} else if out, err := exec.Command(path, "verify", "--man=no", filepath.Join(deployment, "veche.service")).CombinedOutput(); err != nil && !strings.Contains(string(out), "is not executable") {
		t.Errorf("systemd-analyze: %v\n%s", err, out)
	}
}
