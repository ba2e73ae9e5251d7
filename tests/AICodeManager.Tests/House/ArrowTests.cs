using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AICodeManager.Tests.House;

/// <summary>Which room may know which: the arrows of the house, read from the sources.</summary>
public sealed partial class ArrowTests
{
    [Theory]
    [InlineData("Ground", "FrontDoor", "Work", "Keeping", "CommandLine", "Bff")]
    [InlineData("FrontDoor", "Work", "CommandLine", "Bff")]
    [InlineData("FrontDoor/Csrf/Proof", "FrontDoor", "Ground.Configuration", "Ground.Storage", "Ground.Coordination")]
    [InlineData("FrontDoor/Csrf", "FrontDoor.Accounts", "FrontDoor.Identity", "FrontDoor.Admission", "Ground.Storage", "Ground.Coordination")]
    [InlineData("Bff", "Work", "Keeping", "Ground.Storage", "Ground.Coordination", "FrontDoor.Accounts", "FrontDoor.Identity", "FrontDoor.Admission", "FrontDoor.Standing", "FrontDoor.Tokens")]
    [InlineData("FrontDoor/Edge", "FrontDoor")]
    [InlineData("FrontDoor/Access", "FrontDoor")]
    [InlineData("FrontDoor/Standing", "FrontDoor")]
    [InlineData("FrontDoor/Tokens", "FrontDoor.Sessions", "FrontDoor.Standing", "FrontDoor.Accounts", "FrontDoor.Identity", "FrontDoor.Admission")]
    [InlineData("FrontDoor/Sessions", "FrontDoor.Accounts", "FrontDoor.Identity", "FrontDoor.Admission")]
    [InlineData("FrontDoor/Accounts", "FrontDoor.Identity", "FrontDoor.Admission")]
    [InlineData("FrontDoor/Identity", "FrontDoor.Admission", "FrontDoor.Accounts", "FrontDoor.Standing", "Ground.Storage", "Ground.Coordination")]
    [InlineData("Ground/Coordination", "Ground.Http")]
    [InlineData("Keeping/Alerts", "Work", "CommandLine", "Bff", "FrontDoor.Accounts", "FrontDoor.Sessions")]
    [InlineData("Work/Sandbox", "FrontDoor", "Keeping", "Ground.Http", "Ground.Storage", "Work.Tasks", "Work.Projects", "Work.Agents", "Work.ModelGateway", "Work.Workspaces")]
    [InlineData("Work/Agents", "FrontDoor", "Keeping", "Ground.Http", "Ground.Storage", "Work.Tasks", "Work.Projects", "Work.Sandbox", "Work.ModelGateway", "Work.Workspaces")]
    [InlineData("Work/ModelGateway", "FrontDoor", "Keeping", "Ground.Http", "Ground.Storage", "Work.Tasks", "Work.Projects", "Work.Sandbox", "Work.Agents", "Work.Workspaces")]
    [InlineData("Work/Egress", "FrontDoor", "Ground.Http", "Ground.Storage", "Work.Tasks", "Work.Projects")]
    [InlineData("Work/Workspaces", "Work.Tasks", "Work.Projects", "Work.Sandbox", "Work.Agents", "Work.ModelGateway")]
    [InlineData("Work/Projects", "Work.Tasks", "Work.Agents", "Work.ModelGateway")]
    public void A_room_knows_nothing_of(string room, params string[] others)
    {
        var wrong =
            from file in Directory.EnumerateFiles(Path.Combine(Server(), room), "*.cs", SearchOption.AllDirectories)
            from Match name in Known().Matches(File.ReadAllText(file))
            from other in others
            where name.Groups[1].Value == other || name.Groups[1].Value.StartsWith(other + ".", StringComparison.Ordinal)
            select $"{Path.GetFileName(file)} knows {name.Groups[1].Value}";
        Assert.Empty(wrong);
    }

    private static string Server([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/AICodeManager.Server"));

    [GeneratedRegex(@"(?m)^using (?:static )?AICodeManager\.Server\.([A-Za-z.]+);")]
    private static partial Regex Known();
}
