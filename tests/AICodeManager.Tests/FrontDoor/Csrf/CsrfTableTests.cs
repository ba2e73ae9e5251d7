using AICodeManager.Server.FrontDoor.Csrf;
using AICodeManager.Server.FrontDoor.Csrf.Proof;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>Every case that there is, beside what must hold whatever the table says.</summary>
public sealed class CsrfTableTests
{
    private sealed record Case(CarriedBy By, bool Open, bool Cookies, OriginStanding Standing)
    {
        public CsrfNeed Need => CsrfTable.Judge(By, Open, Cookies, Standing);
    }

    private static readonly Case[] Cases =
    [
        .. from carrier in Enum.GetValues<CarriedBy>()
           from open in new[] { false, true }
           from cookies in new[] { false, true }
           from standing in Enum.GetValues<OriginStanding>()
           select new Case(carrier, open, cookies, standing),
    ];

    // by, open, cookies, then what is needed from an origin that is exact, trusted, attested, unknown, foreign:
    // - nothing, s a token of the session, a any token, x refused.
    private const string Table = """
        Nothing       closed  without  -----
        Nothing       closed  with     -----
        Nothing       open    without  a-a-x
        Nothing       open    with     aaaax
        SessionCookie closed  without  ssssx
        SessionCookie closed  with     ssssx
        SessionCookie open    without  aaaax
        SessionCookie open    with     aaaax
        OwnProof      closed  without  -----
        OwnProof      closed  with     -----
        OwnProof      open    without  -----
        OwnProof      open    with     -----
        """;

    [Fact]
    public void The_table_is_what_stands_here()
    {
        var written = Table.Split('\n').SelectMany(line =>
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Enum.GetValues<OriginStanding>().Select(standing => (
                new Case(Enum.Parse<CarriedBy>(words[0]), words[1] == "open", words[2] == "with", standing),
                words[3][(int)standing] switch { 's' => CsrfNeed.SessionToken, 'a' => CsrfNeed.AnyToken, 'x' => CsrfNeed.AnotherOrigin, _ => CsrfNeed.Nothing }));
        }).ToList();
        Assert.Equal(Cases.Length, written.Count);
        Assert.All(written, line => Assert.Equal(line.Item2, line.Item1.Need));
    }

    [Fact]
    public void No_session_is_used_without_a_token_of_its_own() =>
        Assert.All(Cases.Where(c => c is { By: CarriedBy.SessionCookie, Open: false }), c => Assert.True(c.Need is CsrfNeed.SessionToken or CsrfNeed.AnotherOrigin));

    [Fact]
    public void No_cookie_of_a_browser_signs_in_without_a_token() =>
        Assert.All(Cases.Where(c => c is { By: not CarriedBy.OwnProof, Open: true, Cookies: true }), c => Assert.NotEqual(CsrfNeed.Nothing, c.Need));

    [Fact]
    public void A_foreign_page_gets_nowhere_whatever_it_has() =>
        Assert.All(
            Cases.Where(c => c.Standing == OriginStanding.Foreign && (c.By == CarriedBy.SessionCookie || c is { By: CarriedBy.Nothing, Open: true })),
            c => Assert.Equal(CsrfNeed.AnotherOrigin, c.Need));

    [Fact]
    public void A_program_without_cookies_needs_nothing() =>
        Assert.All(Cases.Where(c => c is { By: not CarriedBy.SessionCookie, Cookies: false, Standing: OriginStanding.Unknown }), c => Assert.Equal(CsrfNeed.Nothing, c.Need));
}
