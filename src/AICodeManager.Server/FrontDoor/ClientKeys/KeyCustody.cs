using System.Text.Json.Serialization;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>Where a device's private key lies.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyCustody>))]
public enum KeyCustody
{
    /// <summary>In the browser's own key store, not extractable.</summary>
    [JsonStringEnumMemberName("browser")]
    Browser,

    /// <summary>In a file or a key store of the device's system.</summary>
    [JsonStringEnumMemberName("native")]
    Native,

    /// <summary>Encrypted in a cookie that only the signing proxy opens: as good as a session, and ending like one.</summary>
    [JsonStringEnumMemberName("bff-cookie")]
    BffCookie,
}

/// <summary>Custody as a word: on the wire and in the database.</summary>
public static class KeyCustodyWords
{
    public static readonly IReadOnlyList<string> All = ["browser", "native", "bff-cookie"];

    public static string Word(this KeyCustody custody) => All[(int)custody];

    /// <summary>Null for any other word.</summary>
    public static KeyCustody? Read(string? word)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] == word)
            {
                return (KeyCustody)i;
            }
        }

        return null;
    }
}
