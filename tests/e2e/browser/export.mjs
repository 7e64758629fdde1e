// A district's OneRoster export, as files that a browser hands over.
const kGiven = ["Ana", "Bo", "Chidi", "Dalia", "Emre", "Fatima", "Gus", "Hana", "Ines", "Jalen"];
const kFamily = ["Silva", "Li", "Okafor", "Reyes", "Yilmaz", "Haddad", "Larsen", "Sato", "Costa", "Brooks", "Nguyen"];

export const student = (number) => ({
  id: `s${number}`, number: String(100_000 + number), given: number === 0 ? "Anastasia" : kGiven[number % kGiven.length],
  preferred: number === 0 ? "Ana" : "", family: number === 0 ? "Álvarez-Quintero" : kFamily[number % kFamily.length],
  school: number % 3 === 0 ? "o1" : "o2", grade: number % 3 === 0 ? "07" : String(9 + (number % 4)).padStart(2, "0"),
});

const row = (it) => `${it.id},true,${it.school},student,user${it.id},${it.given},${it.family},${it.preferred},${it.number},${it.id}@students.example,${it.grade},2012-04-05,hunter2\n`;

// The tables of an export with so many students. Birth dates and passwords are there because real exports have them.
export function tables(students) {
  const all = Array.from({ length: students }, (_, number) => student(number));
  return {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.academicSessions,bulk\nfile.courses,absent\nfile.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\n",
    "orgs.csv": "sourcedId,name,type,identifier\nd1,Example District,district,\no1,Lincoln Middle School,school,101\no2,Mountain View High School,school,102\n",
    "academicSessions.csv": "sourcedId,title,type,startDate,endDate,schoolYear\nt1,Fall 2026,term,2026-08-24,2026-12-18,2027\nt2,Spring 2027,term,2027-01-05,2027-05-28,2027\n",
    "classes.csv": "sourcedId,title,grades,classCode,classType,schoolSourcedId,termSourcedIds,periods\nk1,Science 7,07,SCI-7,scheduled,o1,\"t1,t2\",2\nk2,Algebra I,09,ALG-1,scheduled,o2,t1,3\nk3,Band,,BND,scheduled,o1,t2,6\n",
    "users.csv": `sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,preferredGivenName,identifier,email,grades,birthDate,password\nw1,true,o1,teacher,pcurie,Paula,Curie,,,p.curie@district.example,,,\n${all.map(row).join("")}`,
    "enrollments.csv": `sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary\nec,k1,o1,w1,teacher,true\n${all.map((it) => `e${it.id},${it.school === "o1" ? "k1" : "k2"},${it.school},${it.id},student,\n`).join("")}eb,k3,o1,s0,student,\n`,
  };
}

export const asFiles = (named) => Object.entries(named).map(([name, text]) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) }));
