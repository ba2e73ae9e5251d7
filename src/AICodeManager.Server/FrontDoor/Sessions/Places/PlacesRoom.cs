using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>Where addresses are. Called when a session starts and when its address changes; tells nothing to anybody else.</summary>
public static class PlacesRoom
{
    /// <summary>Opens the database at once, so that a server with an unusable <c>GEOIP_DATABASE</c> does not start.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is not in MaxMind's format.</exception>
    public static void AddPlaces(this IServiceCollection services, Settings settings)
    {
        var finder = PlaceFinder.Open(settings.Host.GeoIpDatabase);
        // By a function, so that the services close it when the server ends.
        services.AddSingleton(_ => finder);
    }
}
