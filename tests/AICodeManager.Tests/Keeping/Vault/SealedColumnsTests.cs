using System.Text.RegularExpressions;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Docs;

namespace AICodeManager.Tests.Keeping.Vault;

/// <summary>A rotation reaches what its list names: nothing may be sealed that is not on it.</summary>
public sealed partial class SealedColumnsTests
{
    // Short-lived, in the shared store.
    private static readonly string[] Outside = ["sessions.data", "users.standing"];

    [Fact]
    public void Every_place_that_the_code_seals_is_walked_by_a_rotation()
    {
        var sealedPlaces = Repository.Sources().SelectMany(text => Place().Matches(text))
            .Select(place => $"{place.Groups[1].Value}.{place.Groups[2].Value}").Distinct().ToList();
        Assert.Contains("totp_factors.secret", sealedPlaces);
        Assert.Empty(sealedPlaces.Except(Outside).Except(SealedColumns.All.Select(column => column.Name)));
    }

    [GeneratedRegex(@"SealedPlace(?:\(|[^;{}""]*?=>\s*new\()\s*""(\w+)"",\s*""(\w+)""")]
    private static partial Regex Place();
}
