"""The tables, as Django sees them; to be imported when it is set up."""

from django.db import models


class Table(models.Model):
    class Meta:
        abstract = True
        managed = False
        app_label = "peers"


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
    article = models.ForeignKey(Article, models.DO_NOTHING, null=True)
    availability = models.CharField()
    currency = models.CharField(null=True)
    price = models.BigIntegerField(null=True)
    special_price = models.BigIntegerField(null=True)
    claimed_low = models.BigIntegerField(null=True)

    class Meta(Table.Meta):
        db_table = "observations"


class SearchWord(Table):
    pk = models.CompositePrimaryKey("word", "sort_name", "product_id")
    word = models.CharField()
    sort_name = models.CharField()
    product = models.ForeignKey(Product, models.DO_NOTHING)

    class Meta(Table.Meta):
        db_table = "search_words"
