using System.Net;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Tests.Fixtures;
using static AICodeManager.Tests.FrontDoor.Sessions.Places.MaxMindWriter;

namespace AICodeManager.Tests.FrontDoor.Sessions.Places;

/// <summary>The reader against files that the makers' tests do not have: the flat shape, long pointers, and malice.</summary>
public sealed class MaxMindDatabaseTests : IDisposable
{
    private static readonly byte[] Seoul = Map(
        ("city", Text("Seoul")), ("country_code", Text("KR")), ("latitude", Float(37.5f)), ("longitude", Float(127.0f)), ("state1", Text("Seoul")));

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(24, 4)]
    [InlineData(28, 4)]
    [InlineData(32, 4)]
    [InlineData(28, 6)]
    public void The_flat_shape_is_read(int bits, int version)
    {
        var writer = new MaxMindWriter(bits, version);
        using var database = Open(writer.Lead(version == 4 ? "9.8.0.0/16" : "2400:cafe::/32", writer.Add(Seoul)));

        Assert.Equal(new Place(37.5, 127, "Seoul", "KR"), database.Find(IPAddress.Parse(version == 4 ? "9.8.7.6" : "2400:cafe::1")));
        Assert.Null(database.Find(IPAddress.Parse(version == 4 ? "9.9.7.6" : "2400:caff::1")));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2_048)]
    [InlineData(2, 526_336)]
    [InlineData(3, 700_000)]
    public void Pointers_of_every_size_are_followed(int size, int padding)
    {
        var writer = new MaxMindWriter(32);
        writer.Add(Bytes(padding));
        var city = writer.Add(Text("Nowon"));
        var name = writer.Add(Text("city"));
        var record = writer.Add([.. Control(7, 3), .. Pointer(name, size), .. Pointer(city, size), .. Text("latitude"), .. Double(37.6), .. Text("longitude"), .. Double(127.1)]);

        using var database = Open(writer.Lead("9.0.0.0/8", record));
        Assert.Equal("Nowon", database.Find(IPAddress.Parse("9.1.1.1"))!.City);
    }

    [Fact]
    public void Records_that_make_no_place_are_nowhere()
    {
        AssertNowhere(Text("Seoul"));
        AssertNowhere(Map(("city", Text("Seoul")), ("country_code", Text("KR"))));
        AssertNowhere(Map(("latitude", Double(91)), ("longitude", Double(0))));
        AssertNowhere(Map(("latitude", Double(0)), ("longitude", Double(-180.1))));
        AssertNowhere(Map(("latitude", Double(double.NaN)), ("longitude", Double(double.PositiveInfinity))));
        AssertNowhere(Map(("latitude", Text("37")), ("longitude", Text("127"))));
        AssertNowhere(Map(("location", Map(("latitude", Double(1))))));
    }

    [Fact]
    public void Texts_that_nobody_should_see_are_left_out()
    {
        var writer = new MaxMindWriter();
        var record = writer.Add(Map(("latitude", Double(1)), ("longitude", Double(2)), ("city", Text(new string('x', 201))), ("country_code", Text("K\n"))));
        using var database = Open(writer.Lead("9.0.0.0/8", record));

        Assert.Equal(new Place(1, 2, null, null), database.Find(IPAddress.Parse("9.1.1.1")));
    }

    [Fact]
    public void Malice_is_nowhere_and_ends()
    {
        AssertNowhere(Pointer(0, 0)); // to itself
        AssertNowhere([.. Pointer(2, 0), .. Pointer(0, 0)]); // in a circle
        AssertNowhere([.. Control(7, 1), .. Text("location"), .. Pointer(0, 0)]); // a map within itself
        AssertNowhere([0xFF, 0xFF, 0xFF, 0xFF]); // sixteen million pairs of nothing
        AssertNowhere([.. Control(7, 16_000_000), .. Enumerable.Repeat((byte)0x40, 100_000)]); // as many empty texts
        AssertNowhere([.. Control(7, 2), .. Text("x"), .. Enumerable.Repeat((byte)0xE1, 100_000)]); // maps in maps in maps
        AssertNowhere([.. Control(7, 1), .. UInt16(1), .. UInt16(1)]); // a key that is a number
        AssertNowhere([0x5F, 0xFF, 0xFF, 0xFF]); // a text longer than the file
        AssertNowhere([0x00, 0xFF]); // a type that does not exist
        AssertNowhere([0x00, 0x00]); // an extended type that is none
        AssertNowhere([0x00]); // a type cut off
        AssertNowhere([.. Control(7, 1), .. Text("latitude"), 0x62, 0, 0]); // a double of two bytes
        AssertNowhere([0x3F, 0xFF, 0xFF, 0xFF, 0xFF]); // a pointer to 4 GiB
    }

    [Theory]
    [InlineData(4_000, true)]
    [InlineData(6_000, false)]
    public void A_look_up_reads_a_bounded_number_of_fields(int pairs, bool found)
    {
        var padding = Enumerable.Range(0, pairs).Select(i => ($"k{i}", Text("")));
        var writer = new MaxMindWriter();
        var inner = writer.Add(Map([.. padding]));
        var record = writer.Add(Map(("location", Map(("latitude", Double(1)), ("longitude", Double(2)))), ("city", Pointer(inner, 3))));
        using var database = Open(writer.Lead("9.0.0.0/8", record));

        Assert.Equal(found, database.Find(IPAddress.Parse("9.1.1.1")) is not null);
    }

    [Fact]
    public void A_tree_that_leads_out_of_the_file_is_nowhere()
    {
        using (var database = Open(new MaxMindWriter().Lead("9.0.0.0/8", 100_000)))
            Assert.Null(database.Find(IPAddress.Parse("9.1.1.1")));
        using (var database = Open(new MaxMindWriter().Lead("9.0.0.0/8", -10))) // into the separator
            Assert.Null(database.Find(IPAddress.Parse("9.1.1.1")));
    }

    [Fact]
    public void Metadata_that_cannot_be_is_refused()
    {
        var writer = new MaxMindWriter();
        foreach (var metadata in (byte[][])
            [
                [], Text("x"), Pointer(0, 0), Map(), writer.Metadata(0), writer.Metadata(1_000), writer.Metadata(uint.MaxValue),
                writer.Metadata(1, bits: 20), writer.Metadata(1, bits: 0), writer.Metadata(1, version: 5), writer.Metadata(1, major: 3),
                [.. Control(7, 5), .. Text("node_count")],
            ])
            Assert.Throws<InvalidDataException>(() => Open(writer.Build(metadata)));
        Assert.Throws<InvalidDataException>(() => Open([]));
        Assert.Throws<InvalidDataException>(() => Open("no database at all"u8.ToArray()));
    }

    [Fact]
    public void Damage_anywhere_never_makes_a_look_up_fail()
    {
        var whole = File.ReadAllBytes(MaxMindFile.PathOf("GeoIP2-City-Test.mmdb"));
        var random = new Random(20260301);
        string[] addresses = ["81.2.69.160", "2.125.160.217", "2001:220::1", "2a02:d500::1"];
        for (var round = 0; round < 150; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var hit = 0; hit < 1 + (round % 200); hit++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (round % 3 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                using var database = Open(damaged);
                Assert.All(addresses, address => database.Find(IPAddress.Parse(address)));
            }
            catch (InvalidDataException)
            {
                // Refused when opened.
            }
        }
    }

    private void AssertNowhere(byte[] record)
    {
        var writer = new MaxMindWriter();
        using var database = Open(writer.Lead("9.0.0.0/8", writer.Add(record)));
        Assert.Null(database.Find(IPAddress.Parse("9.1.1.1")));
    }

    private MaxMindDatabase Open(MaxMindWriter writer) => Open(writer.Build());

    private MaxMindDatabase Open(byte[] content)
    {
        var path = folder.File("places.mmdb");
        File.Delete(path); // an earlier one may still be mapped
        File.WriteAllBytes(path, content);
        return MaxMindDatabase.Open(path);
    }
}
