using System.Net;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions.Places;

public sealed class PlaceFinderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(51.5074, -0.1278, 48.8566, 2.3522, 343.6)]
    [InlineData(37.5665, 126.978, 35.6895, 139.6917, 1152)]
    [InlineData(36.12, -86.67, 33.94, -118.4, 2886.4)]
    [InlineData(10, 179.5, 10, -179.5, 109.5)]
    [InlineData(90, 0, 90, 123, 0)]
    [InlineData(0, 0, 0, 180, 20015)]
    [InlineData(45, -90, -45, 90, 20015)]
    public void Distances_are_along_the_surface(double latitude, double longitude, double otherLatitude, double otherLongitude, double kilometres)
    {
        var (one, other) = (new Place(latitude, longitude, null, null), new Place(otherLatitude, otherLongitude, null, null));
        Assert.InRange(one.KilometresTo(other), kilometres * 0.999, (kilometres * 1.001) + 0.001);
        Assert.Equal(one.KilometresTo(other), other.KilometresTo(one), 6);
    }

    [Fact]
    public void Without_a_database_everything_is_nowhere()
    {
        using var finder = PlaceFinder.Open(null);
        Assert.Null(finder.Find(IPAddress.Parse("81.2.69.160")));
        Assert.Null(finder.Find(null));
    }

    [Fact]
    public void A_public_address_is_where_the_database_says()
    {
        using var services = Services(MaxMindFile.PathOf("GeoIP2-City-Test.mmdb"));
        Assert.Equal("London", services.GetRequiredService<PlaceFinder>().Find(IPAddress.Parse("::ffff:81.2.69.160"))!.City);
        Assert.Null(services.GetRequiredService<PlaceFinder>().Find(null));
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.1.1")]
    [InlineData("100.64.1.1")]
    [InlineData("192.0.2.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:5102:45a0::")]
    public void Addresses_that_are_not_public_are_nowhere_even_if_the_database_lies(string address)
    {
        var everywhere = MaxMindWriter.Map(("latitude", MaxMindWriter.Double(1)), ("longitude", MaxMindWriter.Double(2)));
        foreach (var version in (int[])[4, 6])
        {
            var writer = new MaxMindWriter(24, version);
            var offset = writer.Add(everywhere);
            var networks = version == 4 ? (string[])["0.0.0.0/1", "128.0.0.0/1"] : ["::/1", "8000::/1"];
            File.WriteAllBytes(folder.File($"{version}.mmdb"), writer.Lead(networks[0], offset).Lead(networks[1], offset).Build());
            using var finder = PlaceFinder.Open(folder.File($"{version}.mmdb"));
            Assert.Null(finder.Find(IPAddress.Parse(address)));
            Assert.NotNull(finder.Find(IPAddress.Parse(version == 4 ? "9.9.9.9" : "2606::1")));
        }
    }

    [Fact]
    public void A_server_with_an_unusable_database_does_not_start()
    {
        var path = folder.File("places.mmdb");
        File.WriteAllText(path, "not yet a database");

        var fault = Assert.Single(Assert.Throws<ConfigurationException>(() => Services(path)).Faults);
        Assert.Equal("GEOIP_DATABASE", fault.Variable);
        Assert.Contains("metadata marker", fault.Problem, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(string path)
    {
        using var scene = new Scene();
        var services = new ServiceCollection();
        services.AddPlaces(scene.With("GEOIP_DATABASE", path).Settings());
        return services.BuildServiceProvider();
    }
}
