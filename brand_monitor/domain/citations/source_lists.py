"""Well-known sites by the type of source they are: the lists behind ``sources``.

Belongs here: hosts that a person knows, a few hundred, so that most citations of real answers are typed by
name. Not here: rules that read an unknown host or path (``sources``). A site goes into one list only; a host
stands for itself and all below it, and the longest entry decides (``tech.yahoo.com`` before ``yahoo.com``).

Kept by hand. What a site mostly is decides, not what else it does: Amazon has reviews and is a retailer.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_EDITORIAL = """
9to5google.com 9to5mac.com abc.net.au abcnews.go.com aljazeera.com allrecipes.com americastestkitchen.com
androidauthority.com androidcentral.com androidpolice.com apnews.com architecturaldigest.com arstechnica.com
autoblog.com autocar.co.uk autoexpress.co.uk axios.com bankrate.com barrons.com bbc.co.uk bbc.com
benzinga.com bestproducts.com bettertrail.com bicycling.com bikeradar.com billboard.com bloomberg.com
bobvila.com bonappetit.com businessinsider.com buzzfeed.com byrdie.com cabletv.com caranddriver.com
carbuzz.com carmagazine.co.uk cars.usnews.com carwow.co.uk cbc.ca cbsnews.com channelnewsasia.com chip.de
choice.com.au chowhound.com cio.com clarin.com cnbc.com cnet.com cnn.com cntraveler.com coffeegeek.com
computerbase.de consumerreports.org cosmopolitan.com creativebloq.com crn.com cyclingnews.com
cyclingweekly.com dailymail.co.uk delish.com derstandard.at deutschlandfunk.de dezeen.com
digitalcameraworld.com digitaltrends.com dpreview.com drivingelectric.com dw.com eater.com economist.com
edition.cnn.com edmunds.com electrek.co electricbikereview.com elle.com elmundo.es elpais.com engadget.com
entrepreneur.com epicurious.com espn.com esquire.com euronews.com evo.co.uk fastcompany.com faz.net focus.de
fodors.com foodandwine.com foodnetwork.com fool.com forbes.com fortune.com foxnews.com france24.com
frommers.com ft.com futurism.com gadgets360.com gamesradar.com garagegymreviews.com gearjunkie.com
gizmodo.com glamour.com globo.com golem.de goodhousekeeping.com gq.com greencars.com guitarworld.com
hardwarezone.com.sg harpersbazaar.com healthline.com heise.de hgtv.com hindustantimes.com
hollywoodreporter.com homesandgardens.com howtogeek.com huffpost.com idealhome.co.uk ign.com inc.com
independent.co.uk indianexpress.com indiatimes.com indiewire.com infoworld.com insideevs.com insider.com
investopedia.com irishtimes.com irunfar.com itpro.com japantimes.co.jp kbb.com kotaku.com laptopmag.com
latimes.com lefigaro.fr lemonde.fr lesnumeriques.com lifehacker.com lifewire.com livescience.com
lonelyplanet.com loudersound.com macrumors.com macworld.com makeuseof.com marieclaire.com marketwatch.com
mashable.com medicalnewstoday.com menshealth.com metacritic.com moneysavingexpert.com morningstar.com
motor1.com motortrend.com musicradar.com nationalgeographic.com nbcnews.com nerdwallet.com newatlas.com
newscientist.com newsweek.com newyorker.com nikkei.com notebookcheck.net npr.org nymag.com nypost.com
nytimes.com nzherald.co.nz nzz.ch oprahdaily.com outdoorgearlab.com outdoorlife.com outsideonline.com
parade.com parents.com pcgamer.com pcmag.com pcworld.com patch.com people.com petapixel.com phonearena.com
pitchfork.com politico.com polygon.com popsci.com popularmechanics.com powder.com prevention.com
producthunt.com qz.com rappler.com realsimple.com reuters.com reviewed.com reviews.org roadandtrack.com
rollingstone.com rottentomatoes.com rtings.com runnersworld.com runrepeat.com scientificamerican.com
scmp.com seekingalpha.com self.com seriouseats.com sfgate.com shape.com skimag.com skysports.com
slashgear.com slate.com soundguys.com southernliving.com spiegel.de stereophile.com stern.de
straitstimes.com sueddeutsche.de supercarblondie.com switchbacktravel.com tagesschau.de tasteofhome.com
techcrunch.com techgearlab.com techhive.com techradar.com techrepublic.com telegraph.co.uk test.de
the-sun.com theatlantic.com thedrive.com thegamer.com theguardian.com thehill.com thehindu.com
theinertia.com thekitchn.com themanual.com thepointsguy.com thespruce.com thespruceeats.com thestreet.com
thesun.co.uk thesun.ie theverge.com thewirecutter.com thrillist.com time.com timeout.com
timesofindia.indiatimes.com today.com tomsguide.com tomshardware.com topgear.com topspeed.com
toptenreviews.com townandcountrymag.com travelandleisure.com treehugger.com trustedreviews.com usatoday.com
usnews.com vanityfair.com variety.com venturebeat.com verywellfit.com verywellhealth.com vice.com vogue.com
vox.com vulture.com washingtonpost.com webmd.com welt.de whathifi.com which.co.uk whowhatwear.com
windowscentral.com wired.com womenshealthmag.com wsj.com xda-developers.com yahoo.com zdnet.com zeit.de
"""

_RETAILER = """
abebooks.com academy.com acehardware.com adorama.com aldi.us alibaba.com aliexpress.com allegro.pl amazon.ae
amazon.ca amazon.cn amazon.co.jp amazon.co.uk amazon.co.za amazon.com amazon.com.au amazon.com.be
amazon.com.br amazon.com.mx amazon.com.tr amazon.de amazon.eg amazon.es amazon.fr amazon.ie amazon.in
amazon.it amazon.nl amazon.pl amazon.sa amazon.se amazon.sg apps.apple.com argos.co.uk asos.com
audioadvice.com autotrader.co.uk autotrader.com autozone.com backcountry.com backmarket.com
barnesandnoble.com basspro.com bedbathandbeyond.com bestbuy.ca bestbuy.com bhphotovideo.com bigw.com.au
bloomingdales.com bol.com booking.com bookshop.org boots.com boulanger.com cabelas.com cargurus.com
carmax.com carrefour.fr cars.com carvana.com catch.com.au cdiscount.com cdw.com chewy.com
competitivecyclist.com coolblue.be coolblue.nl coppel.com costco.com coupang.com crateandbarrel.com
crutchfield.com currys.co.uk cvs.com darty.com decathlon.co.uk decathlon.com decathlon.fr
dickssportinggoods.com digikey.com dsw.com ebay.ca ebay.co.uk ebay.com ebay.com.au ebay.de ebay.fr ebay.it
elcorteingles.es elgiganten.se etsy.com evo.com expedia.com express.com falabella.com famousfootwear.com
farfetch.com finishline.com flipkart.com fnac.com footlocker.com freshdirect.com fruugo.com galaxus.ch
gamestop.com geartrade.com goat.com grainger.com guitarcenter.com harveynorman.com.au homedepot.ca
homedepot.com hotels.com hsn.com idealo.de iherb.com instacart.com jbhifi.com.au jcpenney.com jd.com
jdsports.com johnlewis.com kayak.com kickscrew.com kijiji.ca kmart.com.au kohls.com kroger.com lazada.com
lazada.sg leroymerlin.fr lidl.de lowes.com macys.com mediamarkt.de meesho.com mercadolibre.com
mercadolibre.com.ar mercadolibre.com.mx mercadolivre.com.br microcenter.com mouser.com musiciansfriend.com
myntra.com net-a-porter.com newegg.com noon.com nordstrom.com notebooksbilliger.de ocado.com officedepot.com
officeworks.com.au otto.de overstock.com ozon.ru pccomponentes.com petco.com petsmart.com play.google.com
pricerunner.com qvc.com rakuten.co.jp rakuten.com rei.com reverb.com revolve.com riteaid.com
roadrunnersports.com runningwarehouse.com sainsburys.co.uk saksfifthavenue.com samsclub.com saturn.de
screwfix.com sephora.com shein.com shopee.com shopee.sg shopping.yahoo.com skroutz.gr skyscanner.net
snapdeal.com sportchek.ca sportsdirect.com ssense.com staples.com steepandcheap.com stockx.com
store.steampowered.com sweetwater.com taobao.com target.com target.com.au temu.com tesco.com thalia.de
thewarehouse.co.nz thomann.de tirerack.com tmall.com tokopedia.com tractorsupply.com trendyol.com
truecar.com ulta.com urbanoutfitters.com verkkokokauppa.com very.co.uk vinted.com walgreens.com walmart.ca
walmart.com wayfair.co.uk wayfair.com wehkamp.nl wholefoodsmarket.com wiggle.com williams-sonoma.com
woolworths.com.au yoox.com zalando.co.uk zalando.de zappos.com
"""

_COMMUNITY = """
4chan.org answers.microsoft.com ar15.com audiosciencereview.com avsforum.com avvo.com behance.net
bilibili.com bimmerpost.com bitcointalk.org blackhatworld.com blogspot.com boardgamegeek.com
bodybuilding.com bogleheads.org bsky.app capterra.com city-data.com community.ui.com dcard.tw dev.to
deviantart.com discord.com discord.gg discussions.apple.com disqus.com douban.com dslreports.com
elitetrader.com facebook.com fandom.com fark.com flickr.com flyertalk.com g2.com gaiaonline.com getapp.com
getsatisfaction.com github.com gitlab.com glassdoor.com goodreads.com gutefrage.net hackernoon.com
hardforum.com head-fi.org home-barista.com houzz.com imgur.com instagram.com instructables.com kaggle.com
kakao.com kaskus.co.id knowyourmeme.com last.fm lemmy.world letterboxd.com lihkg.com linkedin.com
linustechtips.com livejournal.com lobste.rs lowendtalk.com mastodon.social medium.com meetup.com mumsnet.com
myspace.com neogaf.com news.ycombinator.com nextdoor.com nga.cn note.com ok.ru overclock.net patreon.com
pinterest.co.uk pinterest.com pistonheads.com pixiv.net ptt.cc quora.com ravelry.com reddit.com rennlist.com
resetera.com serverfault.com sitejabber.com slashdot.org slickdeals.net snapchat.com softwareadvice.com
soundcloud.com spiceworks.com stackexchange.com stackoverflow.com steamcommunity.com strava.com substack.com
superuser.com t.me telegram.me telegram.org thestudentroom.co.uk threads.com threads.net tianya.cn
tieba.baidu.com tiktok.com tripadvisor.co.uk tripadvisor.com trustpilot.com trustradius.com tumblr.com
twitch.tv twitter.com v2ex.com vimeo.com vk.com wattpad.com weibo.com whirlpool.net.au wordpress.com x.com
xiaohongshu.com xing.com yelp.co.uk yelp.com youtu.be youtube.com zhihu.com
"""

_REFERENCE = """
acm.org archive.org arxiv.org baike.baidu.com biorxiv.org britannica.com cambridge.org collinsdictionary.com
crossref.org crunchbase.com dbpedia.org developer.mozilla.org dictionary.cambridge.org dictionary.com
discogs.com dl.acm.org doi.org duden.de elsevier.com encyclopedia.com etymonline.com everipedia.org
frontiersin.org geeksforgeeks.org gsmarena.com howstuffworks.com ieee.org ieeexplore.ieee.org imdb.com
infoplease.com jdpower.com jstor.org justia.com justwatch.com larousse.fr ldoceonline.com linguee.com
macmillandictionary.com mayoclinic.org mdpi.com merriam-webster.com mozilla.org musicbrainz.org namu.wiki
nature.com openlibrary.org orcid.org oup.com ourworldindata.org owler.com oxfordlearnersdictionaries.com
oxfordreference.com pitchbook.com plato.stanford.edu plos.org pubmed.ncbi.nlm.nih.gov researchgate.net
sagepub.com scholar.google.com scholarpedia.org science.org sciencedirect.com semanticscholar.org snopes.com
springer.com ssrn.com statista.com tandfonline.com techopedia.com thefreedictionary.com themoviedb.org
thesaurus.com tutorialspoint.com urbandictionary.com versus.com vocabulary.com w3schools.com wikidata.org
wikihow.com wikimedia.org wikipedia.org wikivoyage.org wiktionary.org wiley.com wolframalpha.com
wordreference.com worldcat.org zoominfo.com
"""

_INSTITUTIONAL = """
aaa.com aarp.org acs.org ada.org adb.org admin.ch aha.org ama-assn.org amnesty.org ansi.org apa.org bbb.org
berlin.de bis.org bmj.com bund.de bundestag.de canada.ca cancer.org cern.ch consumer.org.nz
consumersinternational.org diabetes.org din.de ecb.europa.eu eff.org europa.eu fao.org fsc.org gs1.org
heart.org iata.org icann.org icao.int iea.org ietf.org iihs.org ilo.org imf.org interpol.int iso.org itu.int
nato.int nhs.uk oecd.org paho.org parliament.uk pewresearch.org police.uk redcross.org senat.fr
stiftung-warentest.de tuv.com tuvsud.com ul.com un.org undp.org unep.org unesco.org unicef.org
verbraucherzentrale.de w3.org weforum.org who.int wipo.int worldbank.org wto.org wwf.org
"""


def _by_host(**lists: str) -> Mapping[str, str]:
    return MappingProxyType({host: kind for kind, hosts in lists.items() for host in hosts.split()})


#: Type of source by host.
KNOWN_SITES: Final = _by_host(
    editorial=_EDITORIAL,
    retailer=_RETAILER,
    community=_COMMUNITY,
    reference=_REFERENCE,
    institutional=_INSTITUTIONAL,
)
