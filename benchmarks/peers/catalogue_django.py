"""Django with its own ORM: a page of products, then the newest observations of all of them."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from benchmarks.peers.catalogue import AS_OF, PAGE, URL, body
from benchmarks.peers.databases import for_django

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, DATABASES={"default": for_django(URL)}, USE_TZ=True)
django.setup()

from django.db import models  # noqa: E402 - after the settings
from django.http import HttpRequest, HttpResponse  # noqa: E402 - after the settings
from django.urls import path  # noqa: E402 - after the settings


class Table(models.Model):
    class Meta:
        abstract = True
        managed = False
        app_label = "catalogue"


class Article(Table):
    id = models.BigIntegerField(primary_key=True)
    chain_code = models.CharField()
    sku = models.CharField()

    class Meta(Table.Meta):
        db_table = "articles"


class Branch(Table):
    id = models.BigIntegerField(primary_key=True)
    chain_code = models.CharField()

    class Meta(Table.Meta):
        db_table = "branches"


class Product(Table):
    id = models.CharField(primary_key=True)
    name = models.CharField()
    sort_name = models.CharField()
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
    pk = models.CompositePrimaryKey("key_id", "article_id")
    key = models.ForeignKey(ProductKey, models.DO_NOTHING, db_column="key")
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
    currency = models.CharField(null=True)
    price = models.BigIntegerField(null=True)
    special_price = models.BigIntegerField(null=True)

    class Meta(Table.Meta):
        db_table = "observations"


class SearchWord(Table):
    pk = models.CompositePrimaryKey("word", "sort_name", "product_id")
    word = models.CharField()
    sort_name = models.CharField()
    product = models.ForeignKey(Product, models.DO_NOTHING)

    class Meta(Table.Meta):
        db_table = "search_words"


def listed(request: HttpRequest) -> HttpResponse:
    name, id = request.GET.get("name", ""), request.GET.get("id", "")
    beyond = models.Q(sort_name__gte=name) & (models.Q(sort_name__gt=name) | models.Q(id__gt=id))
    return _page(list(Product.objects.filter(beyond).order_by("sort_name", "id")[:PAGE]))


def searched(request: HttpRequest) -> HttpResponse:
    query = request.GET["q"]
    words = SearchWord.objects
    first, *others = query.split()
    found = words.filter(word=first).select_related("product")
    for word in others:
        same = words.filter(word=word, sort_name=models.OuterRef("sort_name"), product_id=models.OuterRef("product_id"))
        found = found.filter(models.Exists(same))
    return _page([one.product for one in found.order_by("sort_name", "product_id")[:PAGE]])


def _page(products: Sequence[Any]) -> HttpResponse:
    made = body(_priced(products))
    return HttpResponse(made, content_type="application/json", headers={"Content-Length": str(len(made))})


def _priced(products: Sequence[Any]) -> Sequence[Any]:
    if not products:
        return products
    sold = ArticleKey.objects.filter(key__product__in=products).values_list(
        "key__product_id", "article__chain_code", "article__sku"
    )
    sold_as = {(chain, sku): id for id, chain, sku in sold}
    wanted = [models.Q(branch__chain_code=chain, sku=sku) for chain, sku in sold_as]
    listings = Listing.objects.filter(reduce(or_, wanted)).values_list("id", "branch__chain_code", "sku")
    of_listing = {id: sold_as[chain, sku] for id, chain, sku in listings}
    newest = (
        Observation.objects.filter(listing_id=models.OuterRef("listing_id"), instant__lte=AS_OF)
        .order_by("-instant")
        .values("instant")[:1]
    )
    by_id: dict[str, Any] = {product.id: product for product in products}
    for product in products:
        product.best, product.offers, product.currency = None, 0, ""
    for one in Observation.objects.filter(listing_id__in=list(of_listing), instant=models.Subquery(newest)):
        product = by_id[of_listing[one.listing_id]]
        asked = one.price if one.special_price is None else one.special_price
        product.best = asked if product.best is None else min(product.best, asked)
        product.offers, product.currency = product.offers + 1, one.currency
    return products


urlpatterns = [path("orm/list", listed), path("orm/search", searched)]
app = get_wsgi_application()
