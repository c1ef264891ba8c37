using System.CommandLine;
using SidecarAspire.MixUp;

// dotnet run -c Release --project bench/SidecarAspire.MixUp -- [REQUESTS] [options]
var requests = new Argument<int>("REQUESTS") { Description = "How many requests are sent.", DefaultValueFactory = _ => 500_000 };
var sidecar = new Option<FileInfo>("--sidecar") { Description = "The program to test, as it is published; without it, the one that is built beside this." };
var seed = new Option<int>("--seed") { Description = "What the requests of each client are drawn from.", DefaultValueFactory = _ => 1 };
var clients = new Option<int>("--clients") { Description = "How many clients there are at once, each with one connection at a time.", DefaultValueFactory = _ => 32 };
var setting = new Option<string[]>("--setting") { Description = "A setting of the sidecar, as Sidecar__Headers__Via=true.", DefaultValueFactory = _ => [] };
requests.Validators.Add(result => Within(result.GetValue(requests), 1, 1_000_000_000, result.AddError));
clients.Validators.Add(result => Within(result.GetValue(clients), 1, 1_000, result.AddError));
sidecar.AcceptExistingOnly();

var command = new RootCommand(
    "Sends requests of every shape through a sidecar (pipelined, aborted at any byte, sized and chunked uploads, upgrades, early and broken responses) and checks that no byte of one reaches another.") { requests, sidecar, seed, clients, setting };
command.SetAction((parsed, _) => Run.AsyncOf(
    parsed.GetValue(requests), parsed.GetValue(clients), parsed.GetValue(seed), parsed.GetValue(sidecar)?.FullName,
    [.. parsed.GetValue(setting)!.Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair.Length > 1 ? pair[1] : ""))]));
return await command.Parse(args).InvokeAsync();

static void Within(int value, int least, int most, Action<string> fail)
{
    if (value < least || value > most)
        fail($"{value} is not from {least} to {most}.");
}
