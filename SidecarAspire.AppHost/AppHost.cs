Console.WriteLine(new Projects.Sidecar_Proxy().TargetPath);
Console.WriteLine(Projects.SidecarAspire_AppHost.ProjectPath);
