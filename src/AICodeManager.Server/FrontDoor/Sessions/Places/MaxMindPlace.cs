namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>
/// The place in a record of either shape: MaxMind's and DB-IP's own (<c>location.latitude</c>, <c>city.names.en</c>,
/// <c>country.iso_code</c>), or the flat one of ip-location-db (<c>latitude</c>, <c>city</c>, <c>country_code</c>).
/// </summary>
internal static class MaxMindPlace
{
    /// <summary>Longest name of a city that is told, in bytes of UTF-8; a longer one is left out.</summary>
    public const int MaxCityBytes = 200;

    /// <summary>The place; null where the record gives no coordinates on this planet.</summary>
    /// <exception cref="InvalidDataException">The record is broken.</exception>
    public static Place? Read(ReadOnlySpan<byte> section, int offset)
    {
        var cursor = new MaxMindCursor(section);
        var root = cursor.Field(offset, out _);
        var where = cursor.Find(root, "location"u8) ?? root;
        if (Degrees(ref cursor, where, "latitude"u8, 90) is not { } latitude
            || Degrees(ref cursor, where, "longitude"u8, 180) is not { } longitude)
            return null;

        var city = cursor.Find(root, "city"u8);
        if (city is { Type: MaxMindType.Map } named)
            city = cursor.Find(named, "names"u8) is { } names ? cursor.Find(names, "en"u8) : null;
        var country = cursor.Find(root, "country"u8) is { Type: MaxMindType.Map } nested
            ? cursor.Find(nested, "iso_code"u8)
            : cursor.Find(root, "country_code"u8);
        return new Place(latitude, longitude, Text(ref cursor, city, MaxCityBytes), Text(ref cursor, country, 2));
    }

    private static double? Degrees(ref MaxMindCursor cursor, MaxMindField map, ReadOnlySpan<byte> key, double most) =>
        cursor.Find(map, key) is { } field && cursor.Real(field) is { } degrees && Math.Abs(degrees) <= most ? degrees : null;

    private static string? Text(ref MaxMindCursor cursor, MaxMindField? field, int maxBytes) =>
        field is { } given && cursor.Text(given, maxBytes) is { Length: > 0 } text && !text.Any(char.IsControl) ? text : null;
}
