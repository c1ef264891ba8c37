using Aspire.Hosting.Testing;

namespace Aspire.Hosting;

/// <summary>
/// Ends an app host whose AppHost.cs is wrong with one line and exit code 1: the errors are thrown while the description
/// is being written, where nothing of ours stands around it.
/// </summary>
internal static class AuthorErrors
{
    private const int FailureExitCode = 1;
    // Throws at a setting whose value is not of the type that AppHost.cs reads it as.
    private const string ConfigurationBinder = "Microsoft.Extensions.Configuration.Binder";
    private static int s_installed;

    public static void ReportInOneLine()
    {
        if (EntryPointInterceptor.Current is null && Interlocked.Exchange(ref s_installed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, e) =>
            {
                if (e.ExceptionObject is DistributedApplicationException or InvalidOperationException { Source: ConfigurationBinder })
                {
                    Console.Error.WriteLine($"error: {((Exception)e.ExceptionObject).Message}");
                    Environment.Exit(FailureExitCode);
                }
            };
        }
    }
}
