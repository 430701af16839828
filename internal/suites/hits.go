package suites

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// A few visitors load the same page again and again: the first one most often,
// the next a little less. They are what the largest groups of each question are,
// so that no two of them are of one size. The rest is spread.
const (
	regulars  = 60
	fewest    = 5 // hits of the last regular
	step      = 5 // what each has more than the next
	spread    = 11000
	visitors  = 900 // of these
	addresses = 400
)

// ClickBench is the table that ClickBench asks about. It has those of its columns
// that a question names, and some more.
func ClickBench() []Table {
	return []Table{{"hits", []Column{
		{"WatchID", "bigint"}, {"JavaEnable", "smallint"}, {"Title", "text"}, {"EventTime", "timestamp"},
		{"EventDate", "date"}, {"CounterID", "integer"}, {"ClientIP", "integer"}, {"RegionID", "integer"},
		{"UserID", "bigint"}, {"URL", "text"}, {"Referer", "text"}, {"IsRefresh", "smallint"},
		{"ResolutionWidth", "smallint"}, {"MobilePhone", "smallint"}, {"MobilePhoneModel", "text"},
		{"TraficSourceID", "smallint"}, {"SearchEngineID", "smallint"}, {"SearchPhrase", "text"},
		{"AdvEngineID", "smallint"}, {"WindowClientWidth", "smallint"}, {"WindowClientHeight", "smallint"},
		{"IsLink", "smallint"}, {"IsDownload", "smallint"}, {"DontCountHits", "smallint"},
		{"HitColor", "char(1)"}, {"RefererHash", "bigint"}, {"URLHash", "bigint"},
	}, fillHits}}
}

var (
	firstDay = time.Date(2013, 7, 1, 0, 0, 0, 0, time.UTC)
	models   = []string{"iPad", "iPhone", "Desire", "Galaxy", "Lumia", "Xperia", "Nokia 500", "One S", "Optimus", "Bold", "Curve", "Zire"}
	hosts    = []string{
		"www.google.com", "example.org", "www.example.org", "news.example.com", "shop.example.net", "www.cars.example",
		"maps.google.com", "mail.example.com", "video.example.net", "www.books.example", "jobs.example.org", "weather.example",
	}
)

// visit is what all hits of a visitor on one page have in common.
type visit struct {
	watch, user           int64
	address, region       int
	counter               int
	minute                int
	title, url, referer   string
	phone                 int
	model                 string
	source, engine        int
	phrase                string
	advertisement         int
	screen, width, height int
}

func visitOf(d *dice, user, address int) visit {
	v := visit{
		watch:   int64(d.next() >> 1),
		user:    int64(diceOf(diceVisit, user).next() >> 1),
		address: int(int32(diceOf(diceVisit, 1<<20+address).next())),
		region:  d.skewed(40),
		counter: 62,
		minute:  d.roll(60),
		source:  d.between(-1, 9),
		screen:  []int{1024, 1280, 1366, 1600, 1638, 1920}[d.roll(6)],
		width:   d.between(400, 1900),
		height:  d.between(300, 1000),
	}
	if d.roll(3) == 0 {
		v.counter = d.between(1, 60) * 37
	}
	site, page := d.skewed(len(hosts)), d.skewed(400)
	v.url = fmt.Sprintf("http://%s/%s/%d", hosts[site], words[site], page)
	v.title = fmt.Sprintf("%s of %s %d", words[page%len(words)], hosts[site], page)
	if d.roll(4) == 0 {
		v.title = "Google " + v.title
	}
	if d.roll(5) > 0 {
		protocol := []string{"http", "https"}[d.roll(2)]
		v.referer = protocol + "://" + d.one(hosts) + "/" + strings.Repeat("x", d.roll(20)) + "/" + d.one(words)
	}
	if d.roll(3) == 0 {
		v.phone = d.skewed(len(models))
		v.model = models[v.phone]
	}
	if d.roll(2) == 0 {
		v.engine = d.between(1, 4)
		v.phrase = words[d.skewed(9)] + " " + words[d.skewed(9)]
	}
	if d.roll(8) == 0 {
		v.advertisement = d.between(1, 6)
	}
	return v
}

func fillHits(w *rows) {
	for v := range regulars {
		page := visitOf(diceOf(diceVisit, 7<<40+v), v, v)
		day, left := 0, 0
		for hit := range fewest + step*(regulars-1-v) {
			if left == 0 { // on each day more often than on the one before
				day++
				left = 3 * day
			}
			left--
			page.hit(w, diceOf(diceHit, 7<<40+v<<16+hit), day)
		}
	}
	for i := range spread {
		d := diceOf(diceHit, 14<<40+i)
		visitOf(d, regulars+d.skewed(visitors), regulars+d.skewed(addresses)).hit(w, d, d.roll(31))
	}
}

// hit writes one row, of a day counted from 0.
func (v visit) hit(w *rows, d *dice, day int) {
	at := firstDay.AddDate(0, 0, day).
		Add(time.Duration(d.roll(24))*time.Hour + time.Duration(v.minute)*time.Minute + time.Duration(d.roll(60))*time.Second)
	w.string(fmt.Sprint(v.watch))
	w.int(d.roll(2))
	w.string(v.title)
	w.timestamp(at)
	w.date(at)
	w.int(v.counter)
	w.int(v.address)
	w.int(v.region)
	w.string(fmt.Sprint(v.user))
	w.string(v.url)
	w.string(v.referer)
	w.int(d.roll(8) / 7) // refresh
	w.int(v.screen)
	w.int(v.phone)
	w.string(v.model)
	w.int(v.source)
	w.int(v.engine)
	w.string(v.phrase)
	w.int(v.advertisement)
	w.int(v.width)
	w.int(v.height)
	w.int(d.roll(3) / 2)   // link
	w.int(d.roll(20) / 19) // download
	w.int(d.roll(15) / 14) // not to be counted
	w.string(d.one([]string{"5", "T", "D"}))
	w.string(fmt.Sprint(hash(v.referer)))
	w.string(fmt.Sprint(hash(v.url)))
}

func hash(s string) int64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return int64(h.Sum64())
}
