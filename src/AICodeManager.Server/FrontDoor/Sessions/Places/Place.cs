namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>Where an address is said to be: the middle of a city, a region or a whole country, so never exact.</summary>
/// <param name="Latitude">Degrees north, −90 to 90.</param>
/// <param name="Longitude">Degrees east, −180 to 180.</param>
/// <param name="City">In English; null where only the country is known.</param>
/// <param name="Country">ISO 3166-1 alpha-2; null where unknown.</param>
public sealed record Place(double Latitude, double Longitude, string? City, string? Country)
{
    // IUGG mean radius R1. A sphere is off by at most 0.6 %, far less than such databases are.
    private const double EarthRadiusKm = 6371.0088;

    /// <summary>Kilometres to another place along the surface (haversine formula).</summary>
    public double KilometresTo(Place other)
    {
        var north = Math.Sin(double.DegreesToRadians(other.Latitude - Latitude) / 2);
        var east = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        var haversine = (north * north)
            + (Math.Cos(double.DegreesToRadians(Latitude)) * Math.Cos(double.DegreesToRadians(other.Latitude)) * east * east);
        // Rounding may carry antipodes a hair past 1, where the arc sine has no value.
        return 2 * EarthRadiusKm * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }
}
