package similar

import "testing"

func TestOptions(t *testing.T) {
	options := []string{"Wide stairs to the water", "A slope for prams", "Ничего не менять"}
	if got := Options(options, "stairs down to the water", "en", 3); len(got) == 0 || got[0].ID != 1 || got[0].Text != options[0] || got[0].Score <= 0.5 {
		t.Errorf("like stairs: %+v", got)
	}
	if got := Options(options, "лучше ничего не менять здесь", "ru", 3); len(got) == 0 || got[0].ID != 3 {
		t.Errorf("like no change: %+v", got)
	}
	if got := Options(options, "zebra crossing", "en", 3); got == nil || len(got) != 0 {
		t.Errorf("like nothing: %+v", got)
	}
}
