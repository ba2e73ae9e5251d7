using System.Net;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Sessions.Places;

/// <summary>The reader against the test files of the format's own makers.</summary>
public sealed class MaxMindFileTests
{
    private static readonly string[] Unopenable =
    [
        "GeoIP2-City-Test-Invalid-Node-Count.mmdb", "cyclic-data-structure.mmdb", "invalid-bytes-length.mmdb",
        "invalid-data-record-offset.mmdb", "invalid-map-key-length.mmdb", "invalid-string-length.mmdb", "libmaxminddb-offset-integer-overflow.mmdb", "metadata-is-an-uint128.mmdb", "unexpected-bytes.mmdb",
    ];

    public static TheoryData<string> AllFiles() => [.. MaxMindFile.Names];

    [Theory]
    [InlineData("ipv4", "")]
    [InlineData("mixed", "::")]
    public void Every_record_size_finds_the_ipv4_networks(string kind, string prefix)
    {
        foreach (var bits in (int[])[24, 28, 32])
        {
            using var database = MaxMindFile.Open($"MaxMind-DB-test-{kind}-{bits}.mmdb");
            Assert.Equal(bits, database.Metadata.RecordBits);
            for (var host = 1; host <= 32; host++)
            {
                // 1.1.1.1 to 1.1.1.32 as the fewest networks, each named by its first address.
                var first = host == 32 ? 32 : 1 << (int)Math.Log2(host);
                Assert.Equal(Ip($"{prefix}1.1.1.{first}"), MaxMindFile.Whole(database, $"1.1.1.{host}"));
            }
            Assert.Null(MaxMindFile.Whole(database, "1.1.1.33"));
            Assert.Null(MaxMindFile.Whole(database, "255.254.253.123"));
            Assert.Equal(Ip($"{prefix}1.1.1.4"), MaxMindFile.Whole(database, "::ffff:1.1.1.5"));
        }
    }

    [Theory]
    [InlineData("ipv6")]
    [InlineData("mixed")]
    public void Every_record_size_finds_the_ipv6_networks(string kind)
    {
        foreach (var bits in (int[])[24, 28, 32])
        {
            using var database = MaxMindFile.Open($"MaxMind-DB-test-{kind}-{bits}.mmdb");
            foreach (var (address, network) in ((string, string)[])
                [
                    ("::1:ffff:ffff", "::1:ffff:ffff"), ("::2:0:0", "::2:0:0"), ("::2:0:1a", "::2:0:0"), ("::2:0:41", "::2:0:40"),
                    ("::2:0:4f", "::2:0:40"), ("::2:0:53", "::2:0:50"), ("::2:0:59", "::2:0:58"),
                ])
                Assert.Equal(Ip(network), MaxMindFile.Whole(database, address));
            Assert.Null(MaxMindFile.Whole(database, "::2:0:5a"));
            Assert.Null(MaxMindFile.Whole(database, "89fa::"));
        }
    }

    [Fact]
    public void An_ipv6_address_is_not_in_an_ipv4_database()
    {
        using var database = MaxMindFile.Open("MaxMind-DB-test-ipv4-24.mmdb");
        Assert.Null(MaxMindFile.Whole(database, "2001:db8::1"));
        Assert.Null(MaxMindFile.Whole(database, "::1.1.1.1"));
    }

    [Fact]
    public void A_tree_that_ends_above_the_ipv4_addresses_answers_for_them()
    {
        using var database = MaxMindFile.Open("MaxMind-DB-no-ipv4-search-tree.mmdb");
        Assert.Equal("::0/64", MaxMindFile.Whole(database, "1.1.1.1"));
        Assert.Equal("::0/64", MaxMindFile.Whole(database, "192.0.2.1"));
    }

    [Fact]
    public void Every_type_is_read()
    {
        using var database = MaxMindFile.Open("MaxMind-DB-test-decoder.mmdb");
        var full = Map(MaxMindFile.Whole(database, "1.1.1.0"));

        Assert.Equal("unicode! ☯ - ♫", full["utf8_string"]);
        Assert.Equal(42.123456, full["double"]);
        Assert.Equal(new byte[] { 0, 0, 0, 42 }, full["bytes"]);
        Assert.Equal((UInt128)100, full["uint16"]);
        Assert.Equal((UInt128)(1 << 28), full["uint32"]);
        Assert.Equal(-(1 << 28), full["int32"]);
        Assert.Equal(UInt128.One << 60, full["uint64"]);
        Assert.Equal(UInt128.One << 120, full["uint128"]);
        Assert.Equal([(UInt128)1, (UInt128)2, (UInt128)3], Assert.IsType<List<object?>>(full["array"]));
        Assert.Equal("hello", Map(Map(full["map"])["mapX"])["utf8_stringX"]);
        Assert.Equal(true, full["boolean"]);
        Assert.Equal(1.1f, (double)full["float"]!);

        var zero = Map(MaxMindFile.Whole(database, "0.0.0.0"));
        Assert.Equal(["", 0.0, (UInt128)0, 0, false, 0.0], ((string[])["utf8_string", "double", "uint128", "int32", "boolean", "float"]).Select(key => zero[key]));
        Assert.Empty(Map(zero["map"]));
        Assert.Empty(Assert.IsType<List<object?>>(zero["array"]));
    }

    [Fact]
    public void Nested_values_texts_and_pointers_in_the_metadata_are_read()
    {
        using (var database = MaxMindFile.Open("MaxMind-DB-test-nested.mmdb"))
        {
            var inner = Map(Assert.Single(Assert.IsType<List<object?>>(Map(Map(Map(MaxMindFile.Whole(database, "1.1.1.1"))["map1"])["map2"])["array"])));
            Assert.Equal((UInt128)3, Map(inner["map3"])["c"]);
        }
        using (var database = MaxMindFile.Open("MaxMind-DB-string-value-entries.mmdb"))
            Assert.Equal("1.1.1.2/31", MaxMindFile.Whole(database, "1.1.1.3"));
        using (var database = MaxMindFile.Open("MaxMind-DB-test-metadata-pointers.mmdb"))
            Assert.NotEqual("", database.Metadata.DatabaseType);
    }

    [Theory]
    [InlineData("81.2.69.160", 51.5142, -0.0931, "London", "GB")]
    [InlineData("::ffff:81.2.69.144", 51.5142, -0.0931, "London", "GB")]
    [InlineData("2.125.160.217", 51.75, -1.25, "Boxford", "GB")]
    [InlineData("216.160.83.57", 47.2513, -122.3149, "Milton", "US")]
    [InlineData("89.160.20.113", 58.4167, 15.6167, "Linköping", "SE")]
    [InlineData("175.16.199.1", 43.88, 125.3228, "Changchun", "CN")]
    [InlineData("67.43.156.1", 27.5, 90.5, null, "BT")]
    [InlineData("2001:220::1", 37.0, 127.5, null, "KR")]
    [InlineData("2a02:d500::1", 48.69096, 9.14062, null, null)]
    [InlineData("2002:5102:45a0::", 51.5142, -0.0931, "London", "GB")]
    public void Places_of_the_city_database_are_found(string address, double latitude, double longitude, string? city, string? country)
    {
        using var database = MaxMindFile.Open("GeoIP2-City-Test.mmdb");
        Assert.Equal(new Place(latitude, longitude, city, country), database.Find(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("81.2.68.1")]
    [InlineData("10.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("::")]
    public void What_the_city_database_does_not_hold_is_nowhere(string address)
    {
        using var database = MaxMindFile.Open("GeoIP2-City-Test.mmdb");
        Assert.Null(database.Find(IPAddress.Parse(address)));
    }

    [Fact]
    public void Broken_numbers_and_broken_pointers_are_nowhere_and_not_a_crash()
    {
        using (var database = MaxMindFile.Open("GeoIP2-City-Test-Broken-Double-Format.mmdb"))
            Assert.Null(database.Find(IPAddress.Parse("2001:220::")));
        using (var database = MaxMindFile.Open("MaxMind-DB-test-broken-pointers-24.mmdb"))
        {
            Assert.Throws<InvalidDataException>(() => MaxMindFile.Whole(database, "1.1.1.16"));
            Assert.Throws<InvalidDataException>(() => MaxMindFile.Whole(database, "1.1.1.32"));
            Assert.Equal(Ip("1.1.1.1"), MaxMindFile.Whole(database, "1.1.1.1"));
        }
        // The first node's right record leads back to the first node: the walk ends with the address.
        using (var database = MaxMindFile.Open("MaxMind-DB-test-broken-search-tree-24.mmdb"))
            Assert.Throws<InvalidDataException>(() => MaxMindFile.Whole(database, "255.255.255.255"));
    }

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Each_file_is_refused_when_opened_or_answers_without_failing(string name)
    {
        if (Unopenable.Contains(name))
        {
            Assert.Throws<InvalidDataException>(() => MaxMindFile.Open(name));
            return;
        }
        using var database = MaxMindFile.Open(name);
        foreach (var address in (string[])["1.1.1.1", "0.0.0.0", "255.255.255.255", "81.2.69.160", "::1", "2001:220::1", "ffff:ffff::ffff"])
            database.Find(IPAddress.Parse(address));
    }

    [Theory]
    [InlineData("cyclic-data-structure.mmdb")]
    [InlineData("invalid-map-key-length.mmdb")]
    public void Broken_records_end_even_where_the_metadata_is_mended(string name)
    {
        // These two lack their last byte, the record size, and would be refused for that alone.
        using var folder = new TempFolder();
        var path = folder.File(name);
        File.WriteAllBytes(path, [.. File.ReadAllBytes(MaxMindFile.PathOf(name)), 24]);
        using var database = MaxMindDatabase.Open(path);

        Assert.Throws<InvalidDataException>(() => MaxMindFile.Whole(database, "1.1.1.1"));
        Assert.Null(database.Find(IPAddress.Parse("1.1.1.1")));
    }

    private static Dictionary<string, object?> Map(object? value) => Assert.IsType<Dictionary<string, object?>>(value);

    private static Dictionary<string, object?> Ip(string address) => new() { ["ip"] = address };
}
