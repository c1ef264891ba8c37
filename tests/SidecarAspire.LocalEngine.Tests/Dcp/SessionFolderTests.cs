using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class SessionFolderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly Process _process = Sleeper.Start();

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void What_a_killed_run_left_is_cleared_away_with_its_processes()
    {
        var left = Leave(IdOfDeadProcess(), ProcessIdentity.Of(_process.Id)!.ToString());

        SessionFolder.ClearLeftovers(_root.Path);

        _process.WaitForExit(Sleeper.Deadline).ShouldBeTrue();
        Directory.Exists(left).ShouldBeFalse();
    }

    [Fact]
    public void A_process_that_only_has_the_id_of_one_left_behind_is_not_touched()
    {
        var identity = ProcessIdentity.Of(_process.Id)!;
        Leave(IdOfDeadProcess(), "garbage", (identity with { StartedUtc = identity.StartedUtc.AddHours(-1) }).ToString());

        SessionFolder.ClearLeftovers(_root.Path);

        _process.HasExited.ShouldBeFalse();
    }

    [Fact]
    public void The_folder_of_a_run_that_goes_on_stays()
    {
        var folder = Leave(Environment.ProcessId, ProcessIdentity.Of(_process.Id)!.ToString());

        SessionFolder.ClearLeftovers(_root.Path);

        Directory.Exists(folder).ShouldBeTrue();
        _process.HasExited.ShouldBeFalse();
    }

    [Fact]
    public void A_folder_whose_owners_id_another_process_has_by_now_is_cleared_away()
    {
        var own = ProcessIdentity.Of(Environment.ProcessId)!;
        var folder = Leave(Environment.ProcessId);
        File.WriteAllText(Path.Combine(folder, "owner"), (own with { StartedUtc = own.StartedUtc.AddDays(-1) }).ToString());

        SessionFolder.ClearLeftovers(_root.Path);

        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public void A_run_killed_before_it_had_started_anything_leaves_nothing_but_a_folder()
    {
        var folder = Directory.CreateDirectory(_root[Name(IdOfDeadProcess())]).FullName;
        var other = Directory.CreateDirectory(_root["sidecar-aspire.not-a-number.x"]).FullName;

        SessionFolder.ClearLeftovers(_root.Path);

        Directory.Exists(folder).ShouldBeFalse();
        Directory.Exists(other).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_of_its_own_is_made_and_taken_away()
    {
        using (var session = SessionFolder.Create())
        {
            Path.GetFileName(session.Path).ShouldStartWith($"sidecar-aspire.{Environment.ProcessId}.");
            ProcessIdentity.Parse(File.ReadAllText(session.File("owner"))).ShouldNotBeNull().Id.ShouldBe(Environment.ProcessId);
            SessionFolder.ClearLeftovers(Path.GetDirectoryName(session.Path)!);
            Directory.Exists(session.Path).ShouldBeTrue();
            session.Dispose();
            Directory.Exists(session.Path).ShouldBeFalse();
        }
    }

    [Fact]
    public void Remembered_processes_are_written_down_once_and_reaped()
    {
        using var session = SessionFolder.Create();
        session.Remember(_process.Id);
        session.Remember(_process.Id);
        session.Remember(IdOfDeadProcess());

        File.ReadAllLines(session.File("processes")).ShouldHaveSingleItem().ShouldStartWith($"{_process.Id} ");
        session.Reap();

        _process.WaitForExit(Sleeper.Deadline).ShouldBeTrue();
        session.Reap();
    }

    [Fact]
    public void A_process_is_remembered_even_when_somebody_has_emptied_the_temporary_folder()
    {
        using var session = SessionFolder.Create();
        Directory.Delete(session.Path, recursive: true);

        session.Remember(_process.Id);
        session.Reap();

        _process.WaitForExit(Sleeper.Deadline).ShouldBeTrue();
    }

    private static int IdOfDeadProcess()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        return process.Id;
    }

    private static string Name(int owner) => string.Create(CultureInfo.InvariantCulture, $"sidecar-aspire.{owner}.x");

    private string Leave(int owner, params string[] processes)
    {
        _root.Write(Path.Combine(Name(owner), "kubeconfig"), "");
        File.WriteAllLines(_root[Name(owner), "processes"], processes);
        return _root[Name(owner)];
    }
}
