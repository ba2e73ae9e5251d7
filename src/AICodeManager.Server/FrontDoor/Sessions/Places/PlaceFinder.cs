using System.Net;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>Where addresses are, by the database that the operator gave; without one, nowhere.</summary>
public sealed class PlaceFinder : IDisposable
{
    private readonly MaxMindDatabase? database;

    private PlaceFinder(MaxMindDatabase? database) => this.database = database;

    /// <summary>A finder on a file; on none where the path is null.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is not in MaxMind's format.</exception>
    public static PlaceFinder Open(string? path)
    {
        try
        {
            return new PlaceFinder(path is null ? null : MaxMindDatabase.Open(path));
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                [new ConfigurationFault(null, null, "GEOIP_DATABASE", null, $"'{path}' cannot be used: {wrong.Message}", "a readable file in MaxMind's format (.mmdb), at most 2 GiB")]);
        }
    }

    /// <summary>
    /// The place of an address; null where none is known. Addresses that are not public (private, loopback, link-local,
    /// shared, documentation, translated ones) are nowhere, whatever a file says of them.
    /// </summary>
    public Place? Find(IPAddress? address) =>
        database is null || address is null || !PublicAddress.Is(address) ? null : database.Find(address);

    public void Dispose() => database?.Dispose();
}
