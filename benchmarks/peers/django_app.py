"""Django with its own ORM: offers loaded eagerly; of a list its page, then the newest observations of all of it."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from benchmarks.peers import lists, offers
from benchmarks.peers.databases import AS_OF, for_django

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, DATABASES={"default": for_django()}, USE_TZ=True)
django.setup()

from django.db import models  # noqa: E402 - after the settings
from django.http import HttpRequest, HttpResponse  # noqa: E402 - after the settings
from django.urls import path  # noqa: E402 - after the settings

from benchmarks.peers.django_tables import (  # noqa: E402 - after the settings
    ArticleKey,
    Listing,
    Observation,
    Product,
    ProductKey,
    SearchWord,
)

_NEWEST = models.Subquery(
    Observation.objects.filter(listing_id=models.OuterRef("listing_id"), instant__lte=AS_OF)
    .order_by("-instant")
    .values("instant")[:1]
)


def offered(_request: HttpRequest, gtin: str) -> HttpResponse:
    key = ProductKey.objects.select_related("product").get(key=gtin)
    sold = ArticleKey.objects.filter(key_id=gtin).values_list("article__chain_id", "article__sku")
    wanted = [models.Q(branch__chain_id=chain, sku=sku) for chain, sku in sold]
    listings = Listing.objects.filter(reduce(or_, wanted)).values_list("id", flat=True)
    found = Observation.objects.filter(listing_id__in=list(listings), instant=_NEWEST).select_related(
        "listing__branch__chain", "article"
    )
    product = key.product
    shown = {"id": product.id, "name": product.name, "brand": product.brand, "category": product.category}
    return _json(offers.body({**shown, "gtins": [gtin]}, [offers.of_object(each) for each in found]))


def listed(request: HttpRequest) -> HttpResponse:
    name, id = request.GET.get("name", ""), request.GET.get("id", "")
    beyond = models.Q(sort_name__gte=name) & (models.Q(sort_name__gt=name) | models.Q(id__gt=id))
    return _page(list(Product.objects.filter(beyond).order_by("sort_name", "id")[: lists.PAGE]))


def searched(request: HttpRequest) -> HttpResponse:
    query = request.GET["q"]
    words = SearchWord.objects
    first, *others = query.split()
    found = words.filter(word=first).select_related("product")
    for word in others:
        same = words.filter(word=word, sort_name=models.OuterRef("sort_name"), product_id=models.OuterRef("product_id"))
        found = found.filter(models.Exists(same))
    return _page([one.product for one in found.order_by("sort_name", "product_id")[: lists.PAGE]])


def _page(products: Sequence[Any]) -> HttpResponse:
    return _json(lists.body(_priced(products)))


def _priced(products: Sequence[Any]) -> Sequence[Any]:
    if not products:
        return products
    sold = ArticleKey.objects.filter(key__product__in=products).values_list(
        "key__product_id", "article__chain_id", "article__sku"
    )
    sold_as = {(chain, sku): id for id, chain, sku in sold}
    wanted = [models.Q(branch__chain_id=chain, sku=sku) for chain, sku in sold_as]
    listings = Listing.objects.filter(reduce(or_, wanted)).values_list("id", "branch__chain_id", "sku")
    of_listing = {id: sold_as[chain, sku] for id, chain, sku in listings}
    by_id: dict[str, Any] = {product.id: product for product in products}
    for product in products:
        product.best, product.offers, product.currency = None, 0, ""
    found = Observation.objects.filter(listing_id__in=list(of_listing), instant=_NEWEST)
    for one in found.only("listing_id", "currency", "price", "special_price"):
        product = by_id[of_listing[one.listing_id]]
        asked = one.price if one.special_price is None else one.special_price
        product.best = asked if product.best is None else min(product.best, asked)
        product.offers, product.currency = product.offers + 1, one.currency
    return products


def _json(made: bytes) -> HttpResponse:
    return HttpResponse(made, content_type="application/json", headers={"Content-Length": str(len(made))})


urlpatterns = [path("orm/offers/<str:gtin>", offered), path("orm/list", listed), path("orm/search", searched)]
app = get_wsgi_application()
