using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection.Sql;

/// <summary>For each rule an attack that it is there for, and beside it something honest that looks like it.</summary>
public sealed class SqlDetectorTests
{
    [Theory]
    [InlineData("sql.union", "7 union all select login, 2 from staff")]
    [InlineData("sql.union", "x') UnIoN (sElEcT 1)-- ")]
    [InlineData("sql.union", "x' un/**/ion sel/**/ect 1,2#")]
    [InlineData("sql.union", "7/*!50000union*//*!select*/2")]
    [InlineData("sql.union", "[7 union select 2]")]
    [InlineData("sql.tautology", "7 or 8=8")]
    [InlineData("sql.tautology", "x' and 'b'='b")]
    [InlineData("sql.tautology", "x\") or (\"b\" like \"b")]
    [InlineData("sql.tautology", "9) where 4=4 and (2=2")]
    [InlineData("sql.tautology", "x'+or+4=4--")]
    [InlineData("sql.tautology", "x'\nor\n4=4")]
    [InlineData("sql.condition", "x' or owner is not null --")]
    [InlineData("sql.condition", "7 and length(login)>3")]
    [InlineData("sql.condition", "x' or exists(select 1 from staff)")]
    [InlineData("sql.condition", "' or true--")]
    [InlineData("sql.condition", "x' or '")]
    [InlineData("sql.condition", "7 and (select count(*) from staff)>0")]
    [InlineData("sql.condition", "7 or not 0")]
    [InlineData("sql.condition", "7 or owner is not null")]
    [InlineData("sql.break-out", "x'='y")]
    [InlineData("sql.break-out", "x', role='owner' where id=7 --")]
    [InlineData("sql.break-out", "7'*null or '7")]
    [InlineData("sql.break-out", "x'-owner--")]
    [InlineData("sql.comment", "root'--")]
    [InlineData("sql.comment", "root' #")]
    [InlineData("sql.cut", "root@example.org';")]
    [InlineData("sql.expression", " ( cos ( 'a' or 1 ) ) --")]
    [InlineData("sql.order", "7 order by 12-- x")]
    [InlineData("sql.order", "x' group by 3#")]
    [InlineData("sql.order", "7\u0020order\nby 4 --")]
    [InlineData("sql.sleep", "7-sleep(5)")]
    [InlineData("sql.sleep", "(pg_sleep(9))--")]
    [InlineData("sql.sleep", "-benchmark(9000000,md5(7))")]
    [InlineData("sql.delay", "7;waitfor time '23:00'")]
    [InlineData("sql.delay", "7;waitfor delay '0:0:9'--")]
    [InlineData("sql.statement", "x'; drop table staff --")]
    [InlineData("sql.statement", "7;insert into staff(login) values (1)")]
    [InlineData("sql.statement", "7);declare @q varchar(9);set @q=0x31")]
    [InlineData("sql.statement", "0); show tables; set @q=0x53; prepare s from @q; execute s;#")]
    [InlineData("sql.server-procedure", "7; master..xp_cmdshell 'dir'")]
    [InlineData("sql.subquery", "(select*from(select(3))x)")]
    [InlineData("sql.subquery", "7-(select login from staff limit 1)")]
    [InlineData("sql.query", "select version(), user()")]
    [InlineData("sql.function", "extractvalue(7,concat(0x5c,user()))")]
    [InlineData("sql.function", "7-if(3=3,1,2)")]
    [InlineData("sql.letters", "char(65)||char(66)")]
    [InlineData("sql.package", "7+utl_http.request('http://example.org')")]
    [InlineData("sql.catalogue", "x, y from information_schema.tables")]
    [InlineData("sql.server-variable", "7,@@datadir,")]
    [InlineData("sql.case", "(case when (4=4) then 1 else 2 end)")]
    [InlineData("sql.outfile", "7 into outfile '/tmp/x'")]
    [InlineData("sql.procedure", "7 procedure analyse(extractvalue(1,2),1)")]
    [InlineData("sql.cast", "(owner)::int")]
    [InlineData("sql.json", "'{\"a\":1}' @> '{}'")]
    [InlineData("sql.alias", ") as total from")]
    [InlineData("sql.values", "7), (8) values (9)")]
    [InlineData("sql.list", "in (7,8,9)")]
    [InlineData("sql.open-call", "substr(")]
    public void Finds(string rule, string attack)
    {
        var finding = Judge(attack);
        Assert.Equal(Finding.Strong, finding.Score);
        Assert.Equal(rule, finding.Rule);
    }

    [Theory]
    [InlineData("Union made, 1950")]
    [InlineData("All tests except select ones")]
    [InlineData("40% cotton and 60% linen")]
    [InlineData("2 or 3 people")]
    [InlineData("Drop 'x' and 'y' from the list")]
    [InlineData("The dogs' and the cats' food")]
    [InlineData("The boys' and 'girls'")]
    [InlineData("Rock 'n' roll")]
    [InlineData("O'Brien; O'Hara")]
    [InlineData("Don't, can't, won't -- it's all the same")]
    [InlineData("A table of 6' by 4' and a shelf of 18\" or 20\"")]
    [InlineData("Split on '=' or ';' and trim")]
    [InlineData("Rename 'a' to 'b' # 12")]
    [InlineData("Order by 5 pm")]
    [InlineData("Group by team; select the best of each")]
    [InlineData("Sleep (8 hours) is important")]
    [InlineData("Fix a; drop the old table layout")]
    [InlineData("Update the settings page; set the title")]
    [InlineData("Insert coins into the machine")]
    [InlineData("(see above) as a summary from Monday")]
    [InlineData("In case, when it rains, then take the bus")]
    [InlineData("Case when the user is new then greet")]
    [InlineData("std::string instead of text")]
    [InlineData("values (our own)")]
    [InlineData("4OC--7xQ--z1")]
    [InlineData("x = y && z || 'default'")]
    [InlineData("if (a > b) return")]
    [InlineData("Bumps the \"all\" group with 3 updates (#42)")]
    [InlineData("'작은따옴표'와 \"큰따옴표\"를 or 연산자로 비교")]
    [InlineData("사용자의 ‘선택’ and ‘정렬’ 기능")]
    [InlineData("김철수's 프로젝트")]
    public void Lets_through(string text) => Assert.True(Judge(text).Score < Finding.Strong, $"{text} is {Judge(text).Rule}");

    [Theory]
    [InlineData("select name from staff")]
    [InlineData("Replace sleep(5) by an event")]
    [InlineData("drop table support")]
    [InlineData("Read information_schema.tables once")]
    public void What_may_be_talk_about_sql_is_a_weak_sign(string text) => Assert.Equal(Finding.Weak, Judge(text).Score);

    [Fact]
    public void A_value_that_begins_in_no_quote_is_not_read_as_if_it_did() => Assert.False(Judge("plain words only").Any);

    private static Finding Judge(string text) => SqlDetector.Judge(Folded(text));

    private static ReadOnlySpan<char> Folded(string text) => Fold.Into(text, new char[Fold.Room(text)]);
}
