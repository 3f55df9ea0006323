"""Django with its own ORM, loaded eagerly."""

from functools import reduce
from operator import or_
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from benchmarks.peers.databases import for_django
from benchmarks.peers.market import AS_OF, URL, body

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": for_django(URL)},
    USE_TZ=True,
)
django.setup()

from django.db import models  # noqa: E402 - after the settings
from django.http import HttpRequest, HttpResponse  # noqa: E402 - after the settings
from django.urls import path  # noqa: E402 - after the settings


class Table(models.Model):
    class Meta:
        abstract = True
        managed = False
        app_label = "market"


class Chain(Table):
    code = models.CharField(primary_key=True)
    name = models.CharField()
    country = models.CharField()

    class Meta(Table.Meta):
        db_table = "chains"


class Branch(Table):
    id = models.BigIntegerField(primary_key=True)
    chain = models.ForeignKey(Chain, models.DO_NOTHING, db_column="chain_code")
    code = models.CharField()
    channel = models.CharField()
    address = models.CharField(null=True)

    class Meta(Table.Meta):
        db_table = "branches"


class Article(Table):
    id = models.BigIntegerField(primary_key=True)
    chain = models.ForeignKey(Chain, models.DO_NOTHING, db_column="chain_code")
    sku = models.CharField()
    title = models.CharField()
    pack = models.CharField(null=True)

    class Meta(Table.Meta):
        db_table = "articles"


class Product(Table):
    id = models.CharField(primary_key=True)
    name = models.CharField()
    brand = models.CharField(null=True)
    category = models.CharField(null=True)

    class Meta(Table.Meta):
        db_table = "products"


class ProductKey(Table):
    key = models.CharField(primary_key=True)
    product = models.ForeignKey(Product, models.DO_NOTHING)

    class Meta(Table.Meta):
        db_table = "product_keys"


class ArticleKey(Table):
    pk = models.CompositePrimaryKey("key", "article_id")
    key = models.CharField()
    article = models.ForeignKey(Article, models.DO_NOTHING)

    class Meta(Table.Meta):
        db_table = "article_keys"


class Listing(Table):
    id = models.BigIntegerField(primary_key=True)
    branch = models.ForeignKey(Branch, models.DO_NOTHING)
    sku = models.CharField()

    class Meta(Table.Meta):
        db_table = "listings"


class Observation(Table):
    pk = models.CompositePrimaryKey("listing_id", "instant", "precedence")
    listing = models.ForeignKey(Listing, models.DO_NOTHING)
    instant = models.BigIntegerField()
    precedence = models.BigIntegerField()
    article = models.ForeignKey(Article, models.DO_NOTHING, null=True)
    availability = models.CharField()
    currency = models.CharField(null=True)
    price = models.BigIntegerField(null=True)
    special_price = models.BigIntegerField(null=True)
    claimed_low = models.BigIntegerField(null=True)

    class Meta(Table.Meta):
        db_table = "observations"


def offers(_request: HttpRequest, gtin: str) -> HttpResponse:
    key = ProductKey.objects.select_related("product").get(key=gtin)
    sold = ArticleKey.objects.filter(key=gtin).values_list("article__chain_id", "article__sku")
    wanted = [models.Q(branch__chain_id=chain, sku=sku) for chain, sku in sold]
    listings = Listing.objects.filter(reduce(or_, wanted)).values_list("id", flat=True)
    newest = (
        Observation.objects.filter(listing_id=models.OuterRef("listing_id"), instant__lte=AS_OF)
        .order_by("-instant")
        .values("instant")[:1]
    )
    found = Observation.objects.filter(listing_id__in=list(listings), instant=models.Subquery(newest)).select_related(
        "listing__branch__chain", "article"
    )
    product = key.product
    shown = {"id": product.id, "name": product.name, "brand": product.brand, "category": product.category}
    made = body({**shown, "gtins": [gtin]}, [_offer(each) for each in found])
    return HttpResponse(made, content_type="application/json", headers={"Content-Length": str(len(made))})


def _offer(observation: Any) -> dict[str, Any]:
    branch, article = observation.listing.branch, observation.article
    special = observation.special_price is not None
    return {
        "chain_code": branch.chain.code,
        "chain_name": branch.chain.name,
        "country": branch.chain.country,
        "branch_code": branch.code,
        "address": branch.address,
        "channel": branch.channel,
        "sku": observation.listing.sku,
        "title": article.title,
        "pack": article.pack,
        "currency": observation.currency,
        "asked": observation.special_price if special else observation.price,
        "special": special,
        "price": observation.price,
        "claimed_low": observation.claimed_low,
        "availability": observation.availability,
        "instant": observation.instant,
    }


urlpatterns = [path("orm/<str:gtin>", offers)]
app = get_wsgi_application()
