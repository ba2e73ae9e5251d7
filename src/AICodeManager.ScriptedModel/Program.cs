using System.CommandLine;
using AICodeManager.ScriptedModel;

var listen = new Option<Uri>("--listen")
{
    Description = "Address to listen on; port 0 takes a free one.",
    DefaultValueFactory = _ => new Uri("http://127.0.0.1:0"),
    CustomParser = result =>
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp)
            return address;
        result.AddError("--listen takes an address such as http://127.0.0.1:8099.");
        return null;
    },
};
var file = new Option<FileInfo?>("--script") { Description = "Script document (JSON); without it the demonstration is played." };
var command = new RootCommand("Answers the Anthropic Messages API by a script: for tests and demonstrations.") { listen, file };
command.SetAction(async (arguments, cancel) =>
{
    var script = arguments.GetValue(file) is { } path
        ? ModelScript.Parse(await File.ReadAllTextAsync(path.FullName, cancel))
        : ModelScript.Demo();
    await using var server = await ScriptedModelServer.StartAsync(script, cancel, arguments.GetRequiredValue(listen));
    Console.WriteLine(server.BaseAddress.GetLeftPart(UriPartial.Authority));
    await server.RunAsync(cancel);
});
return await command.Parse(args).InvokeAsync();
