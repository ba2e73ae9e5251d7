using System.Text;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1_111_111_109, "07081804")]
    [InlineData(1_111_111_111, "14050471")]
    [InlineData(1_234_567_890, "89005924")]
    [InlineData(2_000_000_000, "69279037")]
    [InlineData(20_000_000_000, "65353130")]
    public void Codes_are_those_of_rfc_6238_appendix_b(long seconds, string code)
    {
        var step = Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.Equal(code, Totp.CodeAt(Secret, step, digits: 8));
        Assert.Equal(code[2..], Totp.CodeAt(Secret, step));
    }

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void Codes_are_those_of_rfc_4226_appendix_d(long counter, string code) =>
        Assert.Equal(code, Totp.CodeAt(Secret, counter));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void One_step_to_either_side_is_accepted(int away, bool accepted)
    {
        var step = Totp.StepAt(Now) + away;
        Assert.Equal(accepted ? step : null, Totp.Match(Secret, Totp.CodeAt(Secret, step), Now, after: -1));
    }

    [Fact]
    public void A_step_that_was_spent_and_those_before_it_match_no_more()
    {
        var step = Totp.StepAt(Now);
        Assert.Null(Totp.Match(Secret, Totp.CodeAt(Secret, step), Now, after: step));
        Assert.Null(Totp.Match(Secret, Totp.CodeAt(Secret, step - 1), Now, after: step));
        Assert.Equal(step + 1, Totp.Match(Secret, Totp.CodeAt(Secret, step + 1), Now, after: step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00592")]
    [InlineData("9005924")]
    [InlineData("89005924")]
    [InlineData("٠٠٥٩٢٤")]
    [InlineData("+05924")]
    public void What_is_not_the_six_digits_matches_nothing(string code) => Assert.Null(Totp.Match(Secret, code, Now, after: -1));

    [Theory]
    [InlineData("", "")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    public void Secrets_are_shown_in_base32_of_rfc_4648(string bytes, string text) =>
        Assert.Equal(text, Base32.Encode(Encoding.ASCII.GetBytes(bytes)));

    [Fact]
    public void A_set_has_ten_different_recovery_codes_of_80_bits()
    {
        var codes = RecoveryCodes.NewSet();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$", code));
    }

    [Fact]
    public void The_same_recovery_code_of_two_accounts_has_two_hashes() =>
        Assert.NotEqual(RecoveryCodes.HashOf(Guid.NewGuid(), "ABCD"), RecoveryCodes.HashOf(Guid.NewGuid(), "ABCD"));
}
